import { badRequest, delay } from '@seedcore/protocol';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { DeadLetter, RedriveAll, RedrivenAll } from '../tasks.ts';
import { deadLetters, MAX_LETTERS } from './dead-letters.ts';
import { redrive } from './redrive.ts';

const MOST = 1_000;
const MOST_PER_S = 100;

/**
 * Gives the dead letters that fit another life, the oldest first, no faster than asked for. Each is a redrive of its own:
 * one that cannot be repeated is named and stays, and whoever dies in between has done what he has done.
 *
 * @throws MeshError `bad_request` naming the field
 */
export async function redriveAll(shelf: TaskShelf, request: RedriveAll): Promise<RedrivenAll> {
  const { queue, limit, ratePerS = 10, fromStep, dryRun = false, signal } = request;
  demandWithin('/limit', limit, MOST);
  demandWithin('/ratePerS', ratePerS, MOST_PER_S);
  const { items } = await deadLetters(shelf, { queue, limit: MAX_LETTERS });
  const fitting = items.filter((letter) => fits(letter, request)).toReversed();
  const redriven: { id: string; gen: number }[] = [];
  const skipped: { id: string; why: string }[] = [];
  for (const { id, gen } of fitting.slice(0, limit)) {
    if (dryRun) {
      redriven.push({ id, gen: gen + 1 });
      continue;
    }
    if (redriven.length + skipped.length > 0) await delay(shelf.broker.clock, 1000 / ratePerS, signal);
    const answer = await redrive(shelf, { id, ...(fromStep === undefined ? {} : { fromStep }) });
    if (answer.ok) redriven.push(answer.value);
    else skipped.push({ id, why: answer.failure.code });
  }
  return { redriven, skipped, remaining: fitting.length - (dryRun ? 0 : redriven.length) };
}

function fits(letter: DeadLetter, { type, reason, before }: RedriveAll): boolean {
  return (
    (type ?? letter.type) === letter.type &&
    (reason ?? letter.reason) === letter.reason &&
    (before === undefined || Date.parse(letter.dead_at) < before.getTime())
  );
}

function demandWithin(field: string, value: number, most: number): void {
  if (!(value >= 1 && value <= most)) throw badRequest('redriveAll', field, `is not 1 to ${most}`);
}
