import { isRecord, type Lane } from '@seedcore/protocol';
import type { Stored } from '@seedcore/store';
import { lifeEnd } from '../record/life-end.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';

/** What is remembered of a task that has not ended. */
export type OpenTask = {
  readonly id: string;
  readonly queue: string;
  readonly lane: Lane;
  readonly carrier: string;
  /** When it has to end, wall-clock ms. */
  readonly endsAt: number;
};

const decoder = new TextDecoder();

/** Reads a stored record without checking it: a hint what to look at, never the truth. Undefined for what has ended. */
export function openTask(stored: Stored): OpenTask | undefined {
  const record = recordIn(stored);
  if (record === undefined || isFinal(record)) return undefined;
  const { id, queue, lane, carrier } = record;
  return { id, queue, lane, carrier, endsAt: lifeEnd(record) };
}

type Known = Pick<TaskRecord, 'id' | 'queue' | 'lane' | 'carrier' | 'state' | 'updated_at'>;

function recordIn({ body }: Stored): Known | undefined {
  if (body.length === 0) return undefined; // a marker: removed, or expired
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return isKnown(value) ? value : undefined;
  } catch {
    return undefined; // whoever takes the task reports it as `bad_record`
  }
}

function isKnown(value: unknown): value is Known {
  if (!isRecord(value)) return false;
  return ['id', 'queue', 'lane', 'carrier', 'state', 'updated_at'].every((field) => typeof value[field] === 'string');
}
