import { LiveAttempt, type LiveParts } from './live-attempt.ts';

/** The runs of this process. An agent that came back while the last run of its former self still lets go has two. */
export class LiveAttempts {
  readonly #attempts = new Set<LiveAttempt>();

  /** A run begins. */
  begin(parts: LiveParts): LiveAttempt {
    const attempt = new LiveAttempt(parts);
    this.#attempts.add(attempt);
    return attempt;
  }

  /** It is over, and its thread free. */
  end(attempt: LiveAttempt): void {
    this.#attempts.delete(attempt);
  }

  /** The newest run of an agent. */
  of(agentId: string): LiveAttempt | undefined {
    return [...this.#attempts].findLast(({ parts }) => parts.facts.agent_id === agentId);
  }

  /** Those that nobody has ended yet. */
  running(): LiveAttempt[] {
    return [...this.#attempts].filter(({ kill }) => kill === undefined);
  }
}
