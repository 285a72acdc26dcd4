import { MeshError } from '@seedcore/protocol';
import { type Delivery, deadLettersStream, type Rev } from '@seedcore/store';
import { resultsStream } from '../assets.ts';
import type { HistoryEvent } from '../history/history-event.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { FullTaskSpec } from '../task-spec.ts';
import { letterOf } from './dead-letter.ts';
import { putNewer } from './put-newer.ts';
import { resultOf } from './task-result.ts';

/** Events that a dead letter repeats, the newest. */
const LETTER_EVENTS = 50;
/** An end whose history cannot be reached is looked at again after this long, in ms. */
const AGAIN_MS = 5000;

/**
 * What follows a final state: dead letter, result, notice. Every part may be repeated; a crash in between is mended by
 * the next delivery of the message, which is acknowledged only afterwards.
 */
export async function tail(shelf: TaskShelf, record: TaskRecord, rev?: Rev): Promise<void> {
  const result = resultOf(record);
  if (result === undefined) return;
  const { broker, subjects } = shelf;
  if (record.dead !== undefined) {
    await shelf.ended(record, rev);
    const input = await shelf.inputRef(record);
    // What is beside the record because of its size is too large for a letter as well.
    const spec = input === undefined ? await specIfAny(shelf, record) : record.spec;
    const steps = await shelf.steps(record);
    const letter = letterOf(record, { spec, input, steps, history: await lastEvents(shelf, record.id) });
    const subject = subjects.deadLetter(record.queue, record.id);
    await putNewer(broker, { stream: subjects.stream(deadLettersStream.name), subject, body: letter, first: false });
  }
  const first = record.gen === 1 && record.attempt <= 1;
  const stream = subjects.stream(resultsStream.name);
  await putNewer(broker, { stream, subject: subjects.result(record.id), body: result, first });
  if (record.parent !== undefined) await shelf.wakeParent(record.parent.id, `${record.id}.${record.gen}`);
  shelf.announce(record, 'done');
}

/** The tail, then the acknowledgement; that waits for the end to be in the history, but holds nobody up. */
export async function tailAndAck(
  shelf: TaskShelf,
  { record, rev, delivery }: { readonly record: TaskRecord; readonly rev: Rev; readonly delivery: Delivery },
): Promise<void> {
  await tail(shelf, record, rev);
  const again = () => delivery.nak(AGAIN_MS);
  void shelf.ended(record, rev).then(() => delivery.ack(), again);
}

/** A letter without its history is better than none. */
async function lastEvents(shelf: TaskShelf, id: string): Promise<readonly HistoryEvent[]> {
  try {
    return (await shelf.history.read(id)).slice(-LETTER_EVENTS);
  } catch (error) {
    if (error instanceof MeshError) return [];
    throw error;
  }
}

/** A letter without its large input is better than none. */
async function specIfAny(shelf: TaskShelf, record: TaskRecord): Promise<FullTaskSpec | undefined> {
  try {
    return await shelf.specOf(record);
  } catch (error) {
    if (error instanceof MeshError && error.code === 'unavailable') return record.spec;
    throw error;
  }
}
