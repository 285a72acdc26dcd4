import type { Beat } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { AgentReport } from '../hosts/agent-report.ts';

/** Most agents remembered. */
const MAX_KEPT = 10_000;

/** A report and when it was true, on the clock of this process. */
export type KeptReport = { readonly report: AgentReport; readonly at: number };

/** What agents last said of themselves, as far as this process has heard it. */
export class Reports {
  readonly #clock: Clock;
  readonly #kept = new Map<string, KeptReport>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(agentId: string): KeptReport | undefined {
    return this.#kept.get(agentId);
  }

  /** An answer; one whose thread owes an answer is as old as that debt. */
  answered(report: AgentReport): KeptReport {
    const kept = { report, at: this.#clock.now() - report.silent_ms };
    this.#keep(report.agent_id, kept);
    return kept;
  }

  /** A beat that carried what is new. */
  beat({ agent_id, changed }: Beat): void {
    if (changed?.c === undefined || changed.counters === undefined || changed.quality === undefined) return;
    const { c, counters, quality, p = null, lifecycle = null, epoch = 0 } = changed;
    const standing = { c, counters, quality, p, lifecycle };
    const at = this.#clock.now();
    this.#keep(agent_id, { report: { agent_id, epoch, silent_ms: 0, standing, complete: true }, at });
  }

  #keep(agentId: string, kept: KeptReport): void {
    this.#kept.delete(agentId);
    this.#kept.set(agentId, kept);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}
