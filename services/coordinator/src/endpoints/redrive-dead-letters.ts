import type { coordinator } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { present } from '../domain/present.ts';
import type { TaskPorts } from './accept.ts';

/** Gives the dead letters of a queue that fit another life. */
export function redriveDeadLetters({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.redrive_dead_letters> {
  return async ({ before, rate_per_s: ratePerS, from_step: fromStep, dry_run: dryRun, ...kind }, { signal }) => {
    const until = before === undefined ? {} : { before: new Date(before) };
    const wish = { ...present({ ...kind, ratePerS, fromStep, dryRun }), ...until, signal };
    const { redriven, skipped, remaining } = await tasks.redriveAll(wish);
    return ok({ redriven: [...redriven], skipped: [...skipped], remaining });
  };
}
