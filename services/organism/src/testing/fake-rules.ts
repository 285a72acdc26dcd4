import type { RoutingRules, RoutingState } from '@seedcore/contracts';
import { sameState } from '../domain/live-organs.ts';
import { shippedRules } from '../domain/route.ts';
import type { Kept, Routing, RoutingNews, RuleRecords } from '../routing/rule-records.ts';

/** The records of routing in memory, shared by whoever is given the same one; counts what is asked of it. */
export class FakeRules implements RuleRecords {
  reads = 0;
  writes = 0;
  #rev = 1;
  #rules: Kept<RoutingRules> = { value: shippedRules, rev: 1 };
  #state: Kept<RoutingState> | undefined;
  readonly #listeners: ((news: RoutingNews) => void)[] = [];

  async read(): Promise<Routing> {
    this.reads += 1;
    return { rules: this.#rules, state: this.#state };
  }

  async change(change: (now: RoutingRules, rev: number) => RoutingRules | 'skip'): Promise<Kept<RoutingRules>> {
    const value = change(this.#rules.value, this.#rules.rev);
    if (value === 'skip') return this.#rules;
    this.#rules = { value, rev: this.#next() };
    this.#tell({ kind: 'rules', record: this.#rules });
    return this.#rules;
  }

  async writeState(value: RoutingState) {
    if (this.#state !== undefined && sameState(this.#state.value, value)) return { ...this.#state, written: false };
    this.#state = { value, rev: this.#next() };
    this.#tell({ kind: 'state', record: this.#state });
    return { ...this.#state, written: true };
  }

  async watch(listener: (news: RoutingNews) => void): Promise<void> {
    this.#listeners.push(listener);
    listener({ kind: 'rules', record: this.#rules });
    if (this.#state !== undefined) listener({ kind: 'state', record: this.#state });
  }

  lagMs(): number {
    return 0;
  }

  #next(): number {
    this.writes += 1;
    this.#rev += 1;
    return this.#rev;
  }

  #tell(news: RoutingNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
