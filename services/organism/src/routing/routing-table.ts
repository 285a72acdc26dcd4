import type { RoutingRules, RoutingState } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Kept, Routing, RoutingNews, RuleRecords } from './rule-records.ts';

/** Routing as it is known here: whether it had to be read for this, and how old it is. */
export type KnownRouting = Routing & { readonly hit: boolean; readonly ageMs: number };

/**
 * The rules and the epoch in memory, fed by a watch.
 *
 * 1. While nothing is known, one read serves however many ask.
 * 2. What is older than what is known changes nothing, so the epoch never goes back.
 * 3. A read that fails leaves what was known.
 */
export class RoutingTable {
  readonly #records: RuleRecords;
  readonly #clock: Clock;
  #rules: Kept<RoutingRules> | undefined;
  #state: Kept<RoutingState> | undefined;
  #reading: Promise<Routing> | undefined;
  #readAt = 0;
  #watching = false;

  constructor(records: RuleRecords, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Revision of the newest state of routing; 0 before the first. */
  get epoch(): number {
    return this.#state?.rev ?? 0;
  }

  /** Begins to follow the records; until their first set has come, whoever asks has them read. */
  async follow(): Promise<void> {
    await this.#records.watch((news) => this.apply(news));
    this.#watching = true;
  }

  /** Rules and epoch: from memory, or from the bucket while nothing is known. */
  async get(): Promise<KnownRouting> {
    const rules = this.#rules;
    if (rules !== undefined) return { rules, state: this.#state, hit: true, ageMs: this.#ageMs() };
    return { ...(await this.#read()), hit: false, ageMs: this.#ageMs() };
  }

  /** Has both read anew from the bucket. */
  refresh(): Promise<Routing> {
    return this.#read();
  }

  /** Takes one change. */
  apply(news: RoutingNews): void {
    if (news.kind === 'rules') this.#rules = newer(this.#rules, news.record);
    else this.#state = newer(this.#state, news.record);
  }

  #read(): Promise<Routing> {
    this.#reading ??= this.#records
      .read()
      .then((routing) => {
        this.#readAt = this.#clock.now();
        return this.#learn(routing);
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  #learn({ rules, state }: Routing): Routing {
    this.#rules = newer(this.#rules, rules);
    this.#state = state === undefined ? this.#state : newer(this.#state, state);
    return { rules: this.#rules, state: this.#state };
  }

  #ageMs(): number {
    return Math.max(0, Math.round(this.#watching ? this.#records.lagMs() : this.#clock.now() - this.#readAt));
  }
}

const newer = <T extends { readonly rev: number }>(known: T | undefined, other: T): T =>
  known !== undefined && known.rev > other.rev ? known : other;
