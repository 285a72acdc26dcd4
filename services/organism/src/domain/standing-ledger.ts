import { type Growing, grow, growing, type Origin } from './growth/grow.ts';
import { afterRun, type Finished, newStanding, type Standing } from './standing.ts';

/** Most runs remembered while what an agent did before is unknown. */
const MAX_PENDING = 1000;

/** Runs of one skill from which on they say more about the agent in this skill than all its runs together. */
const SKILL_KNOWN_FROM = 5;
/** Most skills of an agent that are told apart. */
const MAX_SKILLS = 64;

/**
 * The standing of one agent while it is hosted here. Until state has said what it did before, its runs are kept aside:
 * totals that start at zero must not overwrite those on record.
 */
export class StandingLedger {
  readonly #origin: Origin;
  #now: Growing;
  #known = false;
  #pending: Finished[] = [];
  #saved: Standing | undefined;
  /** As seen since the agent came here: state keeps no capability by skill. */
  readonly #bySkill = new Map<string, Standing>();

  constructor(origin: Origin = { roles: null }) {
    this.#origin = origin;
    this.#now = growing(newStanding);
  }

  /** The standing as far as it is known; the prior and the runs seen here while state is silent. */
  get standing(): Standing {
    return this.#now.standing;
  }

  /** Capability in one skill, in [0, 1]: in all it did while there were fewer than five runs of this one here. */
  capabilityIn(skill: string): number {
    const own = this.#bySkill.get(skill)?.c;
    return own !== undefined && own.n >= SKILL_KNOWN_FROM ? own.value : this.standing.c.value;
  }

  /** True once the past is known. */
  get known(): boolean {
    return this.#known;
  }

  /** What state should take over; undefined while there is nothing new, or while the past is unknown. */
  get unsaved(): Standing | undefined {
    return this.#known && this.#now.standing !== this.#saved ? this.#now.standing : undefined;
  }

  /** The past, from state; undefined when state has none. */
  loaded(past: Standing | undefined): void {
    if (this.#known) return;
    this.#known = true;
    this.#saved = past;
    this.#now = growing(past ?? { ...newStanding, p: this.#origin.roles });
    for (const run of this.#pending) this.#grow(run);
    this.#pending = [];
  }

  /** Somebody else has set its role shares. */
  rolesSet(p: NonNullable<Standing['p']>): void {
    if (!this.#known) return; // what is loaded has them
    const standing = { ...this.#now.standing, p };
    if (this.#saved === this.#now.standing) this.#saved = standing;
    this.#now = { ...this.#now, standing };
  }

  /** One more run has ended. */
  finished(run: Finished): void {
    this.#learn(run);
    this.#grow(run);
    if (!this.#known && this.#pending.length < MAX_PENDING) this.#pending.push(run);
  }

  /** State has taken `standing` over. */
  saved(standing: Standing): void {
    this.#saved = standing;
  }

  #grow(run: Finished): void {
    this.#now = grow(this.#now, run, this.#origin);
  }

  #learn(run: Finished): void {
    if (run.skill === undefined || (this.#bySkill.size >= MAX_SKILLS && !this.#bySkill.has(run.skill))) return;
    this.#bySkill.set(run.skill, afterRun(this.#bySkill.get(run.skill) ?? newStanding, run));
  }
}
