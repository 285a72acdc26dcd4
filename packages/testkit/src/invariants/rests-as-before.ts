import { type Checker, eventsOf } from './history.ts';

/** What a level may differ by, as a share. */
const SLACK = 0.05;

/** M8: at rest after load, everything that is counted stands where it stood after warming up, ± 5 %. */
export const restsAsBefore: Checker = (history) => {
  const levels = eventsOf(history, 'level');
  const warm = new Map(levels.filter(({ phase }) => phase === 'warm').map(({ name, value }) => [name, value]));
  const ends = levels.filter(({ phase, name }) => phase === 'end' && warm.has(name));
  const violations = ends
    .filter(({ name, value }) => value > (warm.get(name) ?? 0) * (1 + SLACK))
    .map(({ name, value }) => `M8: ${name} rests at ${value}, after warming up at ${warm.get(name)}`);
  return { violations, sometimes: ends.length };
};
