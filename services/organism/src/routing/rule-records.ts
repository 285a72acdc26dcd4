import type { RoutingRules, RoutingState } from '@seedcore/contracts';

/** A record and the revision of its last write. */
export type Kept<T> = { readonly value: T; readonly rev: number };

/** Rules, and what they and the living organs were when the epoch began; no state before the first was written. */
export type Routing = { readonly rules: Kept<RoutingRules>; readonly state: Kept<RoutingState> | undefined };

/** One change of a record. */
export type RoutingNews =
  | { readonly kind: 'rules'; readonly record: Kept<RoutingRules> }
  | { readonly kind: 'state'; readonly record: Kept<RoutingState> };

/** The records of routing that every replica shares. */
export interface RuleRecords {
  /** As the leader has them; the shipped rules are written if there are none yet. */
  read(): Promise<Routing>;
  /** Changes the rules by compare-and-set; `change` may run several times, and `skip` leaves them as they are. */
  change(change: (now: RoutingRules, rev: number) => RoutingRules | 'skip'): Promise<Kept<RoutingRules>>;
  /** Writes what the epoch stands for unless it says so already; a new revision is a new epoch. */
  writeState(state: RoutingState): Promise<Kept<RoutingState> & { readonly written: boolean }>;
  /** Hands over both records, then every change; resolves when the first set is complete. */
  watch(listener: (news: RoutingNews) => void): Promise<void>;
  /** Milliseconds since the broker was last heard, 0 while the view is current. */
  lagMs(): number;
}
