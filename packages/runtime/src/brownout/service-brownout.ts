import type { Brownout, BrownoutLevel } from '@seedcore/mesh';
import type { Clock } from '@seedcore/protocol';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** Level of a process whose requests wait too long. */
const OWN_LEVEL = 2;
/** The lines are looked at this often, however many requests arrive; in ms. */
const LOOK_EVERY_MS = 1_000;

/** What a process sheds: as much as the mesh says, and more while requests wait too long for any of its endpoints. */
export class ServiceBrownout implements Brownout {
  readonly #mesh: Brownout;
  readonly #clock: Clock;
  readonly #served: () => readonly ServedEndpoint[];
  #lookedAt = Number.NEGATIVE_INFINITY;
  #pressed = false;

  constructor(mesh: Brownout, clock: Clock, served: () => readonly ServedEndpoint[]) {
    this.#mesh = mesh;
    this.#clock = clock;
    this.#served = served;
  }

  get level(): BrownoutLevel {
    const { level } = this.#mesh;
    return level < OWN_LEVEL && this.#underPressure() ? OWN_LEVEL : level;
  }

  get recovering(): boolean {
    return this.#mesh.recovering;
  }

  #underPressure(): boolean {
    const now = this.#clock.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return this.#pressed;
    this.#lookedAt = now;
    // Every endpoint is looked at, also after the first that is pressed: looking is what moves their windows on.
    this.#pressed = this.#served().filter(({ pressure, gate }) => pressure.under(now, gate.queued)).length > 0;
    return this.#pressed;
  }
}
