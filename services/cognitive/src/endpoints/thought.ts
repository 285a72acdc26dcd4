import type { Sufficiency } from '@seedcore/contracts';
import { type Degraded, ulid } from '@seedcore/protocol';
import type { Ports } from '../ports.ts';

/** What was looked up for a thought. */
export type Retrieval = { readonly found: number; readonly used: number; readonly sufficiency: Sufficiency | 'none' };

/** Nothing was looked up. */
export const noRetrieval: Retrieval = { found: 0, used: 0, sufficiency: 'none' };

/** Who asks, and whether rules are all they want. */
export type Asker = { readonly agent_id: string; readonly profile: 'auto' | 'rules' };

/** One thought from question to answer: its id, its timings, its mark. */
export class Thought {
  readonly id: string;
  readonly #ports: Ports;
  readonly #endpoint: string;
  readonly #asker: Asker;
  readonly #startedAt: number;
  readonly #timings: Record<string, number> = {};
  #lapAt: number;

  constructor(ports: Ports, endpoint: string, asker: Asker) {
    this.#ports = ports;
    this.#endpoint = endpoint;
    this.#asker = asker;
    this.id = ulid(ports.clock, ports.random);
    this.#startedAt = ports.clock.now();
    this.#lapAt = this.#startedAt;
  }

  /** Books the time since the last lap under `name`. */
  lap(name: string): void {
    const now = this.#ports.clock.now();
    this.#timings[name] = tenths(now - this.#lapAt);
    this.#lapAt = now;
  }

  /** The block every answer carries about how it came to be. */
  meta(unknown: readonly string[], retrieval: Retrieval) {
    return {
      thought_id: this.id,
      method: 'rules' as const,
      profile_used: 'none' as const,
      unknown: [...unknown],
      retrieval: { ...retrieval },
      timings_ms: { ...this.#timings, total: tenths(this.#ports.clock.now() - this.#startedAt) },
    };
  }

  /** A language model belongs to the designed path and there is none, or the caller wants none: the answer says so. */
  get mark(): Degraded {
    return { reason: this.#asker.profile === 'rules' ? 'rules_requested' : 'no_model', source: 'default' };
  }

  /** Tells whoever listens what came of it. */
  done(outcome: string): void {
    const ms = tenths(this.#ports.clock.now() - this.#startedAt);
    const { agent_id } = this.#asker;
    this.#ports.announce({ thought_id: this.id, endpoint: this.#endpoint, agent_id, method: 'rules', ms, outcome });
  }
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
