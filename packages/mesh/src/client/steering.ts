import type { MeshConfig } from '../config/mesh-config.ts';
import { watchCallerKnobs } from '../config/watch-caller-knobs.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { Steered } from './steered.ts';

/** Hands what operators and a quorum of callers say to everything that acts on a target. */
export class Steering {
  readonly #config: MeshConfig;
  readonly #verdicts: Verdicts;
  readonly #steered = new Map<string, Steered[]>();

  constructor(config: MeshConfig, verdicts: Verdicts) {
    this.#config = config;
    this.#verdicts = verdicts;
  }

  /** From now on `steered` hears what is said about one endpoint, beginning with what holds already. */
  attach({ service, endpoint }: { readonly service: string; readonly endpoint: string }, steered: Steered): void {
    const target = `${service}.${endpoint}`;
    const known = this.#steered.get(target) ?? [];
    this.#steered.set(target, [...known, steered]);
    this.#verdicts.open();
    if (this.#verdicts.suspect(target)) steered.suspect(true);
    watchCallerKnobs(this.#config, { service, endpoint }, (knobs) => steered.steer(knobs));
  }

  /** A verdict has changed. */
  judged(target: string, suspect: boolean): void {
    for (const one of this.#steered.get(target) ?? []) one.suspect(suspect);
  }
}
