import { LiveAttempt, type LiveParts } from './live-attempt.ts';

/** The runs of this process, one per busy agent. */
export class LiveAttempts {
  readonly #byAgent = new Map<string, LiveAttempt>();

  /** A run begins; an agent has one at a time. */
  begin(parts: LiveParts): LiveAttempt {
    const attempt = new LiveAttempt(parts);
    this.#byAgent.set(parts.facts.agent_id, attempt);
    return attempt;
  }

  /** It is over, and its thread free. */
  end(attempt: LiveAttempt): void {
    const { agent_id } = attempt.parts.facts;
    if (this.#byAgent.get(agent_id) === attempt) this.#byAgent.delete(agent_id);
  }

  of(agentId: string): LiveAttempt | undefined {
    return this.#byAgent.get(agentId);
  }

  /** Those that nobody has ended yet. */
  running(): LiveAttempt[] {
    return [...this.#byAgent.values()].filter(({ kill }) => kill === undefined);
  }
}
