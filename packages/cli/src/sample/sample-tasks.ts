import type { Recording } from './telemetry.ts';
import { calmPart } from './telemetry.ts';

/** What is done to a task on its way. */
export type Hardship = 'killed worker' | 'deadline that cannot be met' | 'malformed';

/** One task of the sample. */
export interface SampleTask {
  /** What comes in, for people. */
  readonly title: string;
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly hardship?: Hardship;
  /** Handed in when the others are done. */
  readonly last?: boolean;
}

/** How long the task runs whose worker is killed: long enough to be caught at it, in ms. */
const killedWaitMs = 3000;
/** A wait that is longer than the time left until its deadline, in ms. */
const hopelessWaitMs = 60_000;

/**
 * Ten tasks of five kinds over a recording.
 *
 * @param run a name for this run, so that its facts are its own
 */
export function sampleTasks(recording: Recording, run: string): SampleTask[] {
  const values = [...recording.values];
  const fact = `In sample ${run} the ${recording.measured} peaked at ${Math.max(...values)}`;
  return [
    { title: 'the recording', type: 'analyze_series', params: { values } },
    { title: 'its calm part', type: 'analyze_series', params: { values: [...calmPart(recording)] } },
    {
      title: 'its five highest values',
      type: 'json_transform',
      params: { data: { values }, expression: '$sort(values, function($a, $b) { $a < $b })[[0..4]]' },
    },
    {
      title: 'its mean, rounded',
      type: 'json_transform',
      params: { data: { values }, expression: '$round($average(values), 2)' },
    },
    { title: 'its peak, as a fact', type: 'fact_store', params: { text: fact, tags: ['sample'] } },
    { title: 'the fact, looked for', type: 'fact_search', params: { query: fact, k: 1 }, last: true },
    { title: 'a short wait', type: 'wait', params: { for_ms: 100 } },
    {
      title: 'a wait longer than its deadline',
      type: 'wait',
      params: { for_ms: hopelessWaitMs, hold: true },
      hardship: 'deadline that cannot be met',
    },
    { title: 'half a message', type: 'analyze_series', params: {}, hardship: 'malformed' },
    {
      title: 'a wait whose worker is killed',
      type: 'wait',
      params: { for_ms: killedWaitMs, hold: true },
      hardship: 'killed worker',
      last: true,
    },
  ];
}
