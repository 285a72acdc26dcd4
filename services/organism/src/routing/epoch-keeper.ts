import type { RoutingState } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { sameState, stepLive } from '../domain/live-organs.ts';
import { HOST_STALE_MS, type Roster } from '../domain/roster.ts';
import type { RoutingTable } from './routing-table.ts';
import type { Kept, RuleRecords } from './rule-records.ts';

/** What keeping the epoch stands on. */
export type EpochPorts = {
  readonly table: RoutingTable;
  readonly records: Pick<RuleRecords, 'writeState'>;
  readonly roster: Roster;
  readonly clock: Clock;
  /** Hears of every epoch this replica began. */
  readonly changed: (state: Kept<RoutingState>) => void;
};

/** Begins a new epoch when the rules are others, or when organs came or went; every replica may, and one succeeds. */
export class EpochKeeper {
  readonly #ports: EpochPorts;
  #settledAt: number;
  #lost: readonly string[] = [];

  constructor(ports: EpochPorts) {
    this.#ports = ports;
    this.#settledAt = ports.clock.now() + HOST_STALE_MS;
  }

  /** The connection came back: nobody's silence counts for as long as a host may be silent. */
  reconnected(): void {
    this.#settledAt = this.#ports.clock.now() + HOST_STALE_MS;
  }

  /** Compares the record with what is seen here; resolves to the epoch that holds then. */
  async look(): Promise<number> {
    const { table, records, roster, clock, changed } = this.#ports;
    const { rules, state } = await table.get();
    const now = clock.now();
    const seen = roster.routable(now).flatMap(({ organId, alive }) => (alive ? [organId] : []));
    const recorded = state?.value.live ?? [];
    const { live, lost } = stepLive({ recorded, seen, lostBefore: this.#lost, settled: now >= this.#settledAt });
    this.#lost = lost;
    const next = { rules_revision: rules.rev, live: [...live] };
    if (state !== undefined && sameState(state.value, next)) return state.rev;
    const { written, ...kept } = await records.writeState(next);
    table.apply({ kind: 'state', record: kept });
    if (written) changed(kept);
    return kept.rev;
  }
}
