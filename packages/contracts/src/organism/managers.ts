import { event, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName, padVersion } from '../organ-record.ts';
import { killKind } from '../run.ts';
import { runFacts } from './run-facts.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** Pleasure, arousal and dominance of what a run says. */
export const padScore = z.strictObject({ p: share, a: share, d: share });

/** One segment of a run: a step, a sentence, the call of a tool; 4 KiB at most. */
export const runSegment = z.strictObject({
  task_id: id,
  attempt: count,
  epoch: count,
  seq: z.int().min(1).describe('numbers the segments of a run'),
  at_ms: ms.describe('since the run was given to its thread'),
  note: z.string().max(1000),
  pct: share.optional(),
  tool: z.string().max(64).optional(),
  args: z.unknown().optional().describe('its hash where it is large; so is the result'),
  result: z.unknown().optional(),
});

/** Who watches ten agents of an organ, as readers of an organ see it. */
export const managerLine = z.strictObject({
  id,
  holder: id.describe('instance of organism that holds its lease'),
  epoch: count,
  pulse_age_ms: ms,
});

/** How a manager is, and what it watches: told every 5 s, 2 KiB at most, nothing of what runs say. */
export const pulse = z.strictObject({
  manager_id: id,
  organ_id: organName,
  holder: id,
  mgr_epoch: count,
  seq: z.int().min(1),
  at: time,
  stale_after_ms: ms.describe('older than this, nothing is known'),
  since: time.describe('when this term of the manager began, since when it counts'),
  tasks: z.strictObject({
    total: count.describe('active now, and ended'),
    active: count,
    completed: count,
    failed: count.describe('with an answer that says no, cancelled, or too late'),
    dead: count.describe('dead letters'),
  }),
  respawned: count.describe('runs that repeated a failed one'),
  interventions: z.partialRecord(killKind, count),
  capacity: count.describe('agents that are idle'),
  health: z.enum(['healthy', 'degraded']),
  reasons: z.array(z.enum(['no_scores', 'stalled', 'agents_lost'])).max(3),
  stalled: z.boolean().describe('120 looks without an end, though something runs'),
  oldest_ms: ms.nullable().describe('age of the oldest run; null: nothing runs'),
  p95_ms: ms.nullable().describe('of the last 200 runs that ended; null before the first'),
});

/** What managers hear, and tell. */
export const managerEvents = {
  segment: event({
    doc: 'A run under way said something; kept in memory for an hour, the newest hundred of a task.',
    kind: 'lossy',
    data: runSegment,
    key: 'task_id',
  }),
  attempt_warned: event({
    doc: 'The output of a run was unhealthy in two of the last five samples; a third one ends it.',
    kind: 'lossy',
    data: z.strictObject({
      ...runFacts,
      manager_id: id,
      mgr_epoch: count,
      reason: name,
      evidence: z.array(count).max(10),
      pad: padScore.extend({ version: padVersion }),
    }),
    key: 'task_id',
  }),
  pulse: event({
    doc: 'How a manager is; one of an older epoch than was heard before means nothing.',
    kind: 'lossy',
    data: pulse,
    key: 'manager_id',
  }),
};

/** One segment of a run. */
export type RunSegment = z.output<typeof runSegment>;
/** Pleasure, arousal and dominance. */
export type PadScore = z.output<typeof padScore>;
/** How a manager is. */
export type Pulse = z.output<typeof pulse>;
/** A run that will be ended if it goes on like this. */
export type AttemptWarned = z.output<typeof managerEvents.attempt_warned.data>;
