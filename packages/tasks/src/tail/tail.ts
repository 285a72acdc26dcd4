import { MeshError } from '@seedcore/protocol';
import { deadLettersStream } from '@seedcore/store';
import { reach } from '#crash-points';
import { resultsStream } from '../assets.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { FullTaskSpec } from '../task-spec.ts';
import { letterOf } from './dead-letter.ts';
import { putNewer } from './put-newer.ts';
import { resultOf } from './task-result.ts';

/**
 * What follows a final state: dead letter, result, notice. Every part may be repeated; a crash in between is mended by
 * the next delivery of the message, which is acknowledged only afterwards.
 */
export async function tail(shelf: TaskShelf, record: TaskRecord): Promise<void> {
  const result = resultOf(record);
  if (result === undefined) return;
  const { broker, subjects } = shelf;
  if (record.dead !== undefined) {
    const letter = letterOf(record, { spec: await specIfAny(shelf, record), steps: await shelf.steps(record) });
    const subject = subjects.deadLetter(record.queue, record.id);
    reach('tail.before_dead_letter');
    await putNewer(broker, { stream: subjects.stream(deadLettersStream.name), subject, body: letter, first: false });
  }
  const first = record.gen === 1 && record.attempt <= 1;
  const stream = subjects.stream(resultsStream.name);
  reach('tail.before_result');
  await putNewer(broker, { stream, subject: subjects.result(record.id), body: result, first });
  if (record.parent !== undefined) {
    reach('tail.before_wake');
    await shelf.wakeParent(record.parent.id, `${record.id}.${record.gen}`);
  }
  shelf.announce(record, 'done');
  reach('tail.before_ack');
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
