import type { worker } from '@seedcore/contracts';
import type { Clock, Output, Timer } from '@seedcore/protocol';

/** Work as a worker gets it. */
export type Work = NonNullable<Output<typeof worker.endpoints.claim>['work']>;

/** Most claims of one worker that wait. */
const MAX_WAITING = 64;

type Waiting = {
  readonly skills: readonly string[];
  readonly until: number;
  readonly give: (work: Work | undefined) => void;
  timer: Timer | undefined;
};

/** A claim whose worker was promised work. */
export interface Promised {
  /** The work that was promised. */
  give(work: Work): void;
  /** There is none after all: it waits on. */
  takeBack(): void;
}

/** Claims of one worker that wait for work, the oldest served first. */
export class Claims {
  readonly #clock: Clock;
  #waiting: Waiting[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for work of some skills; undefined when there was none in time, or too many wait already. */
  async wait(skills: readonly string[], waitMs: number): Promise<Work | undefined> {
    if (this.#waiting.length >= MAX_WAITING) return undefined;
    const given = Promise.withResolvers<Work | undefined>();
    this.#add({ skills, until: this.#clock.now() + waitMs, give: given.resolve, timer: undefined });
    return given.promise;
  }

  /** True while one waits that would take work of a skill. */
  has(skill: string): boolean {
    return this.#waiting.some(({ skills }) => skills.includes(skill));
  }

  /** The oldest claim that takes work of a skill is promised some, and waits no more until that is taken back. */
  promise(skill: string): Promised | undefined {
    const one = this.#waiting.find(({ skills }) => skills.includes(skill));
    if (one === undefined) return undefined;
    this.#remove(one);
    return { give: one.give, takeBack: () => this.#add(one) };
  }

  /** Nobody waits any more. */
  close(): void {
    for (const one of this.#waiting) this.#end(one);
  }

  #add(one: Waiting): void {
    const leftMs = one.until - this.#clock.now();
    if (leftMs > 0) {
      one.timer = this.#clock.after(leftMs, () => this.#end(one));
      this.#waiting.push(one);
    } else one.give(undefined);
  }

  #remove(one: Waiting): void {
    one.timer?.cancel();
    this.#waiting = this.#waiting.filter((other) => other !== one);
  }

  #end(one: Waiting): void {
    this.#remove(one);
    one.give(undefined);
  }
}
