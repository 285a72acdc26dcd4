import type { Clock } from '@seedcore/protocol';
import type { Store } from '@seedcore/store';
import { StoreRules } from '../adapters/store-rules.ts';
import { BEAT_MS } from '../agents/household.ts';
import { Rounds } from '../agents/rounds.ts';
import type { Roster } from '../domain/roster.ts';
import type { Announcements } from '../ports.ts';
import { EpochKeeper } from './epoch-keeper.ts';
import { RoutingTable } from './routing-table.ts';

/** What routing is opened on. */
export type RoutingParts = {
  readonly store: Store;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly announcements: Pick<Announcements, 'routingChanged'>;
  readonly warn: (message: string, cause: unknown) => void;
};

/** The rules of this replica, followed, and the look at which organs live, every two seconds. */
export function openRouting({ store, roster, clock, announcements, warn }: RoutingParts) {
  const rules = new StoreRules(store);
  const table = new RoutingTable(rules, clock);
  const changed = announcements.routingChanged;
  const epochs = new EpochKeeper({ table, records: rules, roster, clock, changed });
  const rounds = new Rounds(clock, BEAT_MS, {
    round: async () => void (await epochs.look()),
    failed: (cause) => warn('the epoch of routing could not be kept', cause),
  });
  return {
    ports: { table, rules, epochs },
    start: () => {
      table.follow().catch((cause: unknown) => warn('rules of routing are not followed', cause));
      rounds.start();
    },
    reconnected: () => epochs.reconnected(),
    stop: () => rounds.stop(),
  };
}
