import { noHistory, type RecordWrite, type SeenRecord, type TaskHistory } from './task-history.ts';

/** Time between two writes of a made-up history, in ms. */
const APART_MS = 1_000;

const blank: SeenRecord = {
  id: 'a',
  gen: 1,
  queue: 'general',
  lane: 'normal',
  state: 'queued',
  desired: 'run',
  carrier: 'a.1.0',
  attempt: 0,
  spent: 0,
  lost: 0,
  spec: { type: 'demo', params: {}, hints: {} },
  input_ref: false,
  attempts: [],
};

/** When write `n`, from 1, of a made-up history was made; it has revision `n` too. */
export const timeOfWrite = (n: number): string => new Date(n * APART_MS).toISOString();

/** The nth attempt of a made-up record: begun by write `epoch`, and still open unless `outcome` says how it ended. */
export function attemptOf(n: number, epoch: number, outcome?: string): SeenRecord['attempts'][number] {
  const open = { n, epoch, owner: `host-${n}`, started_at: timeOfWrite(epoch) };
  return outcome === undefined ? open : { ...open, ended_at: timeOfWrite(epoch + 1), outcome };
}

/** Writes one second apart, with the revisions 1, 2, 3…; each says what its record has other than that of the write before. */
export function writesOf(...changes: readonly Partial<SeenRecord>[]): RecordWrite[] {
  let record = blank;
  return changes.map((change, i) => {
    record = { ...(change.id === undefined ? record : blank), ...change };
    return { id: record.id, rev: i + 1, at: (i + 1) * APART_MS, record };
  });
}

/** A task that is accepted, runs once and succeeds. */
export const goodLife = (id = 'a'): readonly Partial<SeenRecord>[] => [
  { id, carrier: `${id}.1.0` },
  { state: 'running', attempt: 1, attempts: [attemptOf(1, 0)] },
  { state: 'succeeded', attempts: [attemptOf(1, 2, 'ok')], finished_at: timeOfWrite(3) },
];

/** A history of some records and what else is told of them. */
export const historyOf = (writes: readonly RecordWrite[], more: Partial<TaskHistory> = {}): TaskHistory => ({
  ...noHistory,
  writes,
  ...more,
});
