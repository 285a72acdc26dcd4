import { type Checker, eventsOf } from './history.ts';

/** M6: a drained instance has answered every request it accepted, and accepts none afterwards. */
export const drainsAreComplete: Checker = (history) => {
  const drained = eventsOf(history, 'drained');
  const violations = drained.flatMap(({ instance, at: drainedAt }) => {
    const accepted = eventsOf(history, 'accepted').filter((one) => one.instance === instance);
    const answered = eventsOf(history, 'answered').filter((one) => one.instance === instance && one.at <= drainedAt);
    const before = accepted.filter(({ at }) => at <= drainedAt).length;
    return [
      ...(answered.length === before ? [] : [`M6: ${instance} accepted ${before} and answered ${answered.length}`]),
      ...(accepted.length === before ? [] : [`M6: ${instance} accepted ${accepted.length - before} after its drain`]),
    ];
  });
  return { violations, sometimes: drained.length };
};
