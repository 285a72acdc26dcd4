import type { Criticality } from '@seedcore/protocol';
import { type Checker, type EventOf, eventsOf, type History } from './history.ts';

/** What an overloaded service owes. */
export type Capacity = {
  /** Calls it could have served in time in the whole run. */
  readonly calls: number;
  /** Least share of that it must serve in time. */
  readonly goodput: number;
};

/** M9: under overload most of the capacity still serves calls in time, and nobody critical is shed before somebody optional. */
export const overloadIsFair =
  ({ calls, goodput }: Capacity): Checker =>
  (history) => {
    const ended = [...eventsOf(history, 'served'), ...eventsOf(history, 'shed')];
    const inTime = ended.filter(isInTime).length;
    const [critical, optional] = [share(history, 'critical'), share(history, 'optional')];
    return {
      violations: [
        ...(inTime >= goodput * calls ? [] : [`M9: ${inTime} calls in time of ${calls} there was room for`]),
        ...(critical >= optional
          ? []
          : [`M9: ${critical} of the critical were served, and ${optional} of the optional`]),
      ],
      sometimes: eventsOf(history, 'shed').length,
    };
  };

type Ended = EventOf<'served' | 'shed'>;

const isInTime = ({ kind, inTime }: Ended): boolean => kind === 'served' && inTime;

/** Share of a class that was served in time, in [0, 1]; 1 when there was nobody. */
function share(history: History, criticality: Criticality): number {
  const own = history.filter(
    (event): event is Ended => (event.kind === 'served' || event.kind === 'shed') && event.criticality === criticality,
  );
  return own.length === 0 ? 1 : own.filter(isInTime).length / own.length;
}
