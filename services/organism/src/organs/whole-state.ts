import { live, type Roster } from '../domain/roster.ts';

/** The whole, in one word. */
export type WholeState = 'starting' | 'ready' | 'degraded' | 'draining' | 'stopped';

/** Organs with fewer live agents than they should have, one phrase each. */
export function lacking(roster: Roster, now: number): string[] {
  return roster.organs().flatMap(({ record: { organ_id, desired, state } }) => {
    const there = live(roster.counts(now, organ_id));
    return state === 'ready' && there < desired ? [`agents of ${organ_id}: ${there} of ${desired}`] : [];
  });
}

/** How the whole is: stopped when every organ is told to stand still, draining while some of them still work. */
export function wholeState(roster: Roster, now: number, initialized: boolean): WholeState {
  const organs = roster.organs();
  if (!initialized || organs.length === 0) return 'starting';
  if (organs.every(({ record }) => record.state === 'stopped')) return working(roster, now) ? 'draining' : 'stopped';
  return lacking(roster, now).length > 0 ? 'degraded' : 'ready';
}

function working(roster: Roster, now: number): boolean {
  const { busy, slow } = roster.counts(now);
  return busy + slow > 0;
}
