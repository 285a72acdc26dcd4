import type { coordinator } from '@seedcore/contracts';
import { type Handler, type Output, ok } from '@seedcore/protocol';
import type { DeadLetter } from '@seedcore/tasks';
import { present } from '../domain/present.ts';
import type { TaskPorts } from './accept.ts';

type Endpoint = typeof coordinator.endpoints.list_dead_letters;

/** Letters that are looked through for one page. */
const SEARCHED = 1_000;

/** Tasks that ended without a result. */
export function listDeadLetters({ tasks }: TaskPorts): Handler<Endpoint> {
  return async ({ queue, type, reason, limit }) => {
    const { items, total } = await tasks.deadLetters(present({ queue, limit: SEARCHED }));
    const wanted = items.filter(
      (letter) => (type ?? letter.type) === letter.type && (reason ?? letter.reason) === letter.reason,
    );
    return ok({ items: wanted.slice(0, limit).map(lineOf), total });
  };
}

function lineOf(letter: DeadLetter): Output<Endpoint>['items'][number] {
  const { id, gen, queue, type, reason, attempts, dead_at, error, steps, raw } = letter;
  const line = { id, gen, queue, type, reason, attempts: attempts.length, dead_at, last_error: error };
  return present({ ...line, steps: [...steps], raw });
}
