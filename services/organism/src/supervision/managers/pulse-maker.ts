import type { Pulse } from '@seedcore/contracts';
import { PulseTally } from '../../domain/pulse-tally.ts';
import type { Manager } from './manager.ts';
import type { ManagerPorts, RunEnded } from './manager-ports.ts';

/** How often a manager tells how it is, in ms. */
export const PULSE_MS = 5000;
/** A pulse older than this tells nothing any more, in ms: three are missing. */
export const PULSE_STALE_MS = 3 * PULSE_MS;
/** Looks without the end of a run, while some are under way, after which a manager is stalled. */
const STALLED_LOOKS = 120;

/** What became of the runs of one manager since its term began, and how it tells of it. */
export class PulseMaker {
  readonly manager: Manager;
  readonly #ports: ManagerPorts;
  readonly #tally = new PulseTally();
  readonly #since: string;
  #seq = 0;
  #looks = 0;
  #endsSeen = 0;

  constructor(manager: Manager, ports: ManagerPorts) {
    this.manager = manager;
    this.#ports = ports;
    this.#since = this.#now();
  }

  started(taskId: string, attempt: number, mine: boolean): void {
    if (mine) this.#tally.started(taskId, attempt);
    else this.#tally.goesOn(taskId);
  }

  ended({ taskId, ending, ms }: RunEnded): void {
    this.#tally.ended({ taskId, ending, ms, now: this.#ports.clock.now() });
  }

  intervened(kind: keyof Pulse['interventions']): void {
    this.#tally.intervened({ kind });
  }

  /** One look of its manager is over. */
  looked(): void {
    this.#looks = this.#tally.ends > this.#endsSeen || this.manager.runs().length === 0 ? 0 : this.#looks + 1;
    this.#endsSeen = this.#tally.ends;
  }

  /** Asks what became of tasks whose last run failed. */
  async settle(): Promise<void> {
    for (const taskId of this.#tally.doubtful(this.#ports.clock.now()))
      this.#tally.found(taskId, await this.#ports.taskState(taskId));
  }

  /** Tells how the manager is; for the last time, that nobody is to count on it any more. */
  tell(last = false): void {
    this.#ports.wire.pulse(this.#next(last));
  }

  #next(last: boolean): Pulse {
    const { plan, tenure } = this.manager;
    const runs = this.manager.runs();
    const reasons = this.#reasons();
    this.#seq++;
    return {
      manager_id: plan.managerId,
      organ_id: plan.organId,
      holder: this.#ports.me,
      mgr_epoch: tenure.epoch,
      seq: this.#seq,
      at: this.#now(),
      stale_after_ms: last ? 0 : PULSE_STALE_MS,
      since: this.#since,
      ...this.#tally.counts(runs.length),
      capacity: plan.agents.filter((id) => this.#ports.agent(id) === 'idle').length,
      health: reasons.length === 0 ? 'healthy' : 'degraded',
      reasons,
      stalled: reasons.includes('stalled'),
      oldest_ms: runs.length === 0 ? null : Math.round(Math.max(...runs.map(({ ageMs }) => ageMs))),
    };
  }

  #reasons(): Pulse['reasons'] {
    return [
      ...(this.manager.scored ? [] : ['no_scores' as const]),
      ...(this.#looks >= STALLED_LOOKS ? ['stalled' as const] : []),
      ...(this.manager.plan.agents.some((id) => this.#ports.agent(id) === 'lost') ? ['agents_lost' as const] : []),
    ];
  }

  #now(): string {
    return new Date(this.#ports.clock.wallMs()).toISOString();
  }
}
