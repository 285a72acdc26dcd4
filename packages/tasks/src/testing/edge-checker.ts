import { isRecord } from '@seedcore/protocol';
import { type EdgeCause, edgeOf } from '../record/legal-edges.ts';
import { type TaskRecord, taskRecord } from '../record/task-record.ts';

/** A change that the state machine does not know. */
export type IllegalStep = { readonly before: TaskRecord | undefined; readonly after: TaskRecord };

/** Replays the log of records, as their bucket's stream has it, through the table of legal edges. */
export class EdgeChecker {
  /** Changes outside the table, in the order in which they were seen. */
  readonly illegal: IllegalStep[] = [];
  readonly #records = new Map<string, TaskRecord>();
  readonly #causes = new Map<string, EdgeCause[]>();

  /** Takes one stored write of a task's record: the key is its id; a body that is none means that it is gone. */
  see(id: string, body: Uint8Array): void {
    const after = body.length === 0 ? undefined : recordIn(body);
    const before = this.#records.get(id);
    if (after === undefined) {
      this.#records.delete(id);
      return;
    }
    this.#records.set(id, after);
    const edge = edgeOf(before, after);
    if (edge === undefined) this.illegal.push({ before, after });
    else this.#causes.set(id, [...this.causes(id), edge.cause]);
  }

  /** What happened to a task so far. */
  causes(id: string): readonly EdgeCause[] {
    return this.#causes.get(id) ?? [];
  }
}

/** @throws when it is no record: the bucket holds nothing else under these keys */
function recordIn(body: Uint8Array): TaskRecord {
  const value: unknown = JSON.parse(new TextDecoder().decode(body));
  const { _v, _w, _h, ...record } = isRecord(value) ? value : {};
  return taskRecord.parse(record);
}
