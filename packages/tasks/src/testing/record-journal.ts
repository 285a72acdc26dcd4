import type { MemoryJetStream } from '@seedcore/store/testing';
import { isFinal, type TaskRecord, taskRecord } from '../record/task-record.ts';
import { stamped } from '../record/transitions.ts';
import type { TaskState } from '../task-spec.ts';

/** States a record may go to, by the state it is in; a final one is left only into the next generation. */
const EDGES: Readonly<Record<TaskState | 'absent', readonly TaskState[]>> = {
  absent: ['queued', 'delayed', 'running', 'failed'],
  queued: ['queued', 'delayed', 'running', 'failed', 'cancelled', 'expired'],
  delayed: ['delayed', 'running', 'cancelled', 'expired'],
  running: ['running', 'queued', 'retrying', 'waiting', 'succeeded', 'failed', 'cancelled', 'expired'],
  retrying: ['retrying', 'running', 'cancelled', 'expired'],
  waiting: ['queued', 'running', 'cancelled', 'expired'],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** Every revision of every record a broker in memory has stored, judged as it comes. */
export class RecordJournal {
  /** What no record may do, in the words of the invariants. */
  readonly broken: string[] = [];
  readonly #now = new Map<string, TaskRecord>();

  /** The bucket has to exist. */
  constructor(server: MemoryJetStream) {
    const prefix = `$KV.${server.ns}_tasks.t.`;
    const bucket = server.stream(`KV_${server.ns}_tasks`);
    if (bucket === undefined) throw new Error('there is no bucket to keep a journal of yet');
    bucket.onMessage(({ subject, body, seq }) => {
      if (subject.startsWith(prefix) && body.length > 0) this.#take(read(body), seq);
    });
  }

  #take(written: TaskRecord, rev: number): void {
    const before = this.#now.get(written.id);
    const after = stamped(written, rev);
    this.#now.set(after.id, after);
    for (const problem of problemsOf(before, after)) this.broken.push(`${after.id} at ${rev}: ${problem}`);
  }
}

function read(body: Uint8Array): TaskRecord {
  const stored: Record<string, unknown> = JSON.parse(new TextDecoder().decode(body));
  const { _v, _h, _w, ...record } = stored;
  return taskRecord.parse(record);
}

function problemsOf(before: TaskRecord | undefined, after: TaskRecord): string[] {
  const found: string[] = [];
  const next = before !== undefined && isFinal(before);
  if (next && after.gen !== before.gen + 1) found.push(`T1 ${before.state} became ${after.state}`);
  if (!next && before !== undefined && after.gen !== before.gen)
    found.push(`T1 generation ${before.gen} had not ended`);
  if (!next && !EDGES[before?.state ?? 'absent'].includes(after.state))
    found.push(`${before?.state ?? 'absent'} became ${after.state}`);
  if (after.epoch < (before?.epoch ?? 0)) found.push(`T3 epoch ${before?.epoch} became ${after.epoch}`);
  const first = next ? 0 : (before?.attempt ?? 0);
  if (after.attempt !== first && after.attempt !== first + 1) found.push(`T2 attempt ${first} became ${after.attempt}`);
  const numbers = after.attempts.map(({ n }) => n);
  const whole = numbers.every((n, i) => i === 0 || n === (numbers[i - 1] ?? 0) + 1);
  if (!whole || (numbers.at(-1) ?? 0) !== after.attempt) found.push(`T2 attempts are ${numbers}`);
  const open = after.attempts.filter(({ outcome }) => outcome === undefined).length;
  if (open !== (after.state === 'running' ? 1 : 0)) found.push(`T2 ${open} attempts of a ${after.state} task are open`);
  return found;
}
