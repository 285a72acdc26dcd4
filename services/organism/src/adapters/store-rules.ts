import { type RoutingRules, type RoutingState, routingRules, routingState } from '@seedcore/contracts';
import { type Bucket, bucketAsset, type Store, type Watch } from '@seedcore/store';
import { z } from 'zod';
import { sameState } from '../domain/live-organs.ts';
import { shippedRules } from '../domain/route.ts';
import type { Kept, Routing, RoutingNews, RuleRecords } from '../routing/rule-records.ts';

/** Where rules and the epoch of routing are kept; the revision of the latter is the epoch. */
export const rulesAsset = bucketAsset('rules', 'Where tasks go: rules, and the epoch they and the organs make.', {
  history: 10,
  epochs: true,
});

const RULES = 'routing';
const STATE = 'routing_epoch';

type Stored = RoutingRules | RoutingState;

const isState = (value: Stored): value is RoutingState => 'live' in value;

/** Rules and epoch in the bucket `<ns>_rules`. */
export class StoreRules implements RuleRecords {
  readonly #bucket: Bucket<Stored>;
  #watch: Watch | undefined;

  constructor(store: Store) {
    const schema = z.union([routingRules, routingState]);
    this.#bucket = store.bucket<Stored>({ name: rulesAsset.name, schema, version: 1 });
  }

  async read(): Promise<Routing> {
    const rules = await this.#bucket.createOnce(RULES, shippedRules);
    const state = await this.#bucket.get(STATE, { fresh: true });
    return { rules: rulesIn(rules), state: state === undefined ? undefined : stateIn(state) };
  }

  async change(change: (now: RoutingRules, rev: number) => RoutingRules | 'skip'): Promise<Kept<RoutingRules>> {
    await this.#bucket.createOnce(RULES, shippedRules);
    const { value, rev } = await this.#bucket.update(RULES, (now, at) =>
      now === undefined ? shippedRules : change(rulesIn({ value: now, rev: at }).value, at),
    );
    return rulesIn({ value: value ?? shippedRules, rev });
  }

  async writeState(next: RoutingState) {
    const { value, rev, outcome } = await this.#bucket.update(STATE, (now) =>
      now !== undefined && isState(now) && sameState(now, next) ? 'skip' : next,
    );
    return { ...stateIn({ value: value ?? next, rev }), written: outcome === 'written' };
  }

  async watch(listener: (news: RoutingNews) => void): Promise<void> {
    this.#watch = this.#bucket.watch('', ({ key, value, rev }) => {
      if (value === undefined) return;
      if (key === RULES) listener({ kind: 'rules', record: rulesIn({ value, rev }) });
      if (key === STATE) listener({ kind: 'state', record: stateIn({ value, rev }) });
    });
    await this.#watch.ready;
  }

  lagMs(): number {
    return this.#watch?.lagMs() ?? 0;
  }
}

function rulesIn({ value, rev }: Kept<Stored>): Kept<RoutingRules> {
  if (isState(value)) throw new RangeError(`${RULES} holds no rules`);
  return { value, rev };
}

function stateIn({ value, rev }: Kept<Stored>): Kept<RoutingState> {
  if (!isState(value)) throw new RangeError(`${STATE} holds no state of routing`);
  return { value, rev };
}
