import { type Checker, type EventOf, eventsOf } from './history.ts';

/** Time a handler has to notice that its deadline has passed, in ms. */
const GRACE_MS = 50;

/** M1: no handler runs after its deadline + 50 ms, and each hop of a chain ends before the one that made it. */
export const handlersKeepDeadlines: Checker = (history) => {
  const started = eventsOf(history, 'handler_started');
  const endedAt = new Map(eventsOf(history, 'handler_ended').map(({ run, at }) => [run, at]));
  const late = started
    .filter(({ run, deadlineAt }) => (endedAt.get(run) ?? Number.POSITIVE_INFINITY) > deadlineAt + GRACE_MS)
    .map(
      ({ target, deadlineAt, run }) => `M1: ${target} ran until ${endedAt.get(run) ?? 'ever'}, due at ${deadlineAt}`,
    );
  const inner = started.filter(({ hop }) => hop > 1);
  return { violations: [...late, ...inner.flatMap((one) => outlives(one, started))], sometimes: inner.length };
};

function outlives(inner: EventOf<'handler_started'>, all: readonly EventOf<'handler_started'>[]): readonly string[] {
  const outer = all.filter(({ trace, hop }) => trace === inner.trace && hop === inner.hop - 1);
  if (outer.length === 0 || outer.some(({ deadlineAt }) => inner.deadlineAt < deadlineAt)) return [];
  return [`M1: hop ${inner.hop} at ${inner.target} has no less time than hop ${inner.hop - 1}`];
}
