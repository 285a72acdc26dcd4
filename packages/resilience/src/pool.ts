import type { Random } from '@seedcore/protocol';
import { Balance, type LoadReport } from './balance.ts';
import { Breaker, REFUSED } from './breaker.ts';
import { type BreakerPolicy, defaultBreaker } from './breaker-policy.ts';
import type { BreakerStatus } from './breaker-status.ts';
import { candidates, type Standing } from './candidates.ts';
import { Ejection } from './ejection.ts';
import type { InstanceLoad } from './instance-load.ts';
import type { Outcome } from './outcome.ts';

/** An instance as discovery sees it. */
export type PoolInstance = { readonly id: string; readonly standing: Exclude<Standing, 'ejected'> };

/** One instance as the callers of one endpoint see it. */
export type Member = {
  readonly id: string;
  readonly load: InstanceLoad;
  readonly breaker: Breaker;
  standing: Exclude<Standing, 'ejected'>;
};

/** One attempt's stay with a member; its permit is 0 when the member's breaker only counts, in a panic. */
export type Visit = { readonly member: Member | undefined; readonly permit: number };

/** How a visit ended. */
export type VisitEnd = { readonly outcome: Outcome; readonly elapsedMs: number; readonly budgetMs: number };

/** Below so many instances there is nothing to choose. */
const LEAST = 2;
/** What was measured so long ago says little. */
const STALE_MS = 10_000;

/**
 * The instances of one endpoint: chooses one for each attempt by breaker, standing and load, and learns from how it
 * ended. Without at least two to choose from it chooses none, and the call goes to whoever takes it.
 */
export class Pool {
  readonly #random: Random;
  #policy: BreakerPolicy;
  readonly #balance: Balance;
  readonly #ejection = new Ejection();
  readonly #members = new Map<string, Member>();
  /** Those to choose from while nobody is ejected, and their loads in the same order. */
  #choice: readonly Member[] = [];
  #loads: readonly InstanceLoad[] = [];
  #alive = 0;
  #turn = 0;

  constructor(random: Random, policy: BreakerPolicy = defaultBreaker) {
    this.#random = random;
    this.#policy = policy;
    this.#balance = new Balance(random);
  }

  /** Takes over who is there; whoever is new starts slowly, whoever is missing is forgotten. */
  assign(instances: readonly PoolInstance[], now: number): void {
    const present = new Set(instances.map(({ id }) => id));
    for (const member of this.#members.values()) if (!present.has(member.id)) this.#forget(member);
    for (const { id, standing } of instances) {
      const known = this.#members.get(id);
      if (known === undefined) this.#welcome(id, standing, now);
      else known.standing = standing;
    }
    this.#choice = candidates([...this.#members.values()]);
    this.#loads = this.#choice.map(({ load }) => load);
    this.#alive = instances.filter(({ standing }) => standing === 'routable' || standing === 'suspect').length;
  }

  /** The instance for one attempt, another one than `except`; undefined when there is nothing to choose. */
  choose(now: number, { except, affinity }: Wish = {}): Member | undefined {
    if (this.#alive < LEAST) return undefined;
    const asIs = except === undefined && this.#ejection.ejected.size === 0;
    const choice = asIs ? this.#choice : this.#choosable(now, except);
    if (affinity === undefined) {
      const unknown = this.#unknown(choice, now);
      if (unknown !== undefined) return unknown;
    }
    const loads = asIs ? this.#loads : choice.map(({ load }) => load);
    const index = affinity === undefined ? this.#balance.pick(loads, now) : this.#balance.owner(loads, affinity);
    return choice[index];
  }

  /** An attempt of `budgetMs` goes there; returns the permit of its visit. */
  enter(member: Member, now: number, budgetMs: number): number {
    this.#balance.sent(member.load);
    return member.breaker.ask(now, budgetMs);
  }

  /** It ended. */
  leave({ member, permit }: Visit, { outcome, elapsedMs, budgetMs }: VisitEnd, now: number): void {
    if (member === undefined) return;
    const { load, breaker } = member;
    this.#balance.done(load);
    if (outcome === 'answer' || outcome === 'slow') this.#balance.sample(load, elapsedMs, now);
    else if (outcome === 'hard') this.#balance.sample(load, budgetMs, now);
    else if (outcome === 'soft') this.#balance.refused(load, now);
    if (permit === REFUSED) breaker.note(outcome, now);
    else breaker.settle(permit, outcome, now);
  }

  /** An instance said how busy it is; strangers change nothing. */
  report(id: string, report: LoadReport, now: number): void {
    const member = this.#members.get(id);
    if (member !== undefined) this.#balance.report(member.load, report, now);
  }

  /** A quorum of callers suspects the endpoint, or no longer does. */
  suspect(suspected: boolean): void {
    for (const { breaker } of this.#members.values()) breaker.suspect(suspected);
  }

  /** Changes when an instance is left out, for those that are there and those to come. */
  setPolicy(policy: BreakerPolicy, now: number): void {
    this.#policy = policy;
    for (const { breaker } of this.#members.values()) breaker.setPolicy(policy, now);
  }

  /** True while instances with an open breaker stay in the choice because too many are open. */
  get panic(): boolean {
    return this.#ejection.panic;
  }

  /** Every member, for reports. */
  status(now: number): readonly MemberStatus[] {
    return [...this.#members.values()].map((member) => ({
      id: member.id,
      standing: this.#ejection.ejected.has(member.id) ? 'ejected' : member.standing,
      score: this.#balance.score(member.load, now),
      ewmaMs: this.#balance.ewmaMs(member.load, now),
      own: member.load.own,
      load: member.load.reported,
      breaker: member.breaker.status(now),
    }));
  }

  /**
   * Whoever nothing was heard of for a while gets one attempt at a time, since scores alone would starve a newcomer
   * among fast ones, and never see that a slow or broken one has recovered. Looks at one member per call.
   */
  #unknown(choice: readonly Member[], now: number): Member | undefined {
    this.#turn = (this.#turn + 1) % Math.max(1, choice.length);
    const member = choice[this.#turn];
    if (member === undefined || member.load.own > 0) return undefined;
    return now - member.load.sampledAt >= STALE_MS || member.load.ewmaMs === 0 ? member : undefined;
  }

  /**
   * Those of the best standing without the ejected and without `except`. An ejected one whose breaker has a probe to
   * give comes before all others, because only probes can bring it back; there are few of them.
   */
  #choosable(now: number, except: Member | undefined): readonly Member[] {
    const { ejected } = this.#ejection;
    const probed = this.#choice.find((one) => one !== except && ejected.has(one.id) && one.breaker.ready(now));
    if (probed !== undefined) return [probed];
    const open = this.#choice.filter((one) => one !== except && !ejected.has(one.id));
    return open.length > 0 || except !== undefined ? open : this.#choice;
  }

  #welcome(id: string, standing: Member['standing'], now: number): void {
    const breaker = new Breaker(this.#random, this.#policy, (to) => {
      if (to === 'open') this.#ejection.opened(id, breaker.k, breaker.openedAt);
      else if (to === 'closed') this.#ejection.closed(id);
    });
    this.#ejection.joined(id);
    this.#members.set(id, { id, breaker, standing, load: this.#balance.joined(id, now) });
  }

  #forget(member: Member): void {
    this.#members.delete(member.id);
    this.#ejection.left(member.id);
    this.#balance.left(member.load);
  }
}

/** Beside load, what a choice may depend on. */
export type Wish = { readonly except?: Member | undefined; readonly affinity?: string | undefined };

/** One member as reports show it. */
export type MemberStatus = {
  readonly id: string;
  readonly standing: Standing;
  readonly score: number;
  readonly ewmaMs: number;
  readonly own: number;
  /** In flight ÷ limit as last reported. */
  readonly load: number;
  readonly breaker: BreakerStatus;
};
