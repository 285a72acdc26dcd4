import { type Clock, delay } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import type { OrganQueues } from '../agents/organ-queues.ts';
import type { Roster, RosterOrgan } from '../domain/roster.ts';
import type { AttachedRuns } from './attached-runs.ts';
import type { EndTally } from './end-tally.ts';

/** What running work has to finish where nothing else was said, in ms. */
const DRAIN_MS = 25_000;
/** A run that was stopped may take its grace and be terminated within this time, in ms. */
const OBEY_MS = 8000;
/** How often a stop looks whether everybody is idle, in ms. */
const LOOK_MS = 50;

/** What became of an organ's work here when it stopped or began anew. */
export type Halted = {
  readonly finished: number;
  readonly handed_back: number;
  readonly killed: number;
  readonly restarted: number;
};

/** What following the organs stands on. */
export type OrganWorkPorts = {
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly queues: Pick<OrganQueues, 'halt' | 'resume' | 'resize'>;
  readonly attached: Pick<AttachedRuns, 'stop'>;
  readonly tally: Pick<EndTally, 'of'>;
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

type Local = { generation: number; halted: boolean; stopping: boolean; rev: number; done: Promise<Halted> };

const newLocal = (generation: number): Local => ({
  generation,
  halted: false,
  stopping: false,
  rev: 0,
  done: Promise.resolve(nothing),
});

const nothing: Halted = { finished: 0, handed_back: 0, killed: 0, restarted: 0 };

/**
 * Follows what the records say of organs: one that is stopped finishes and begins nothing more here, one of a later
 * generation begins anew with fresh agents, one that is ready works.
 */
export class OrganWork {
  readonly #ports: OrganWorkPorts;
  readonly #local = new Map<string, Local>();

  constructor(ports: OrganWorkPorts) {
    this.#ports = ports;
  }

  /** True while an organ begins nothing here. */
  halted(organId: string): boolean {
    return this.#local.get(organId)?.halted ?? false;
  }

  /** Does what the records say since the last look; what takes longer goes on behind it. */
  look(): void {
    for (const organ of this.#ports.roster.organs()) this.#follow(organ);
  }

  /** What became of an organ's work, once its record is at least of this revision here and has been followed. */
  async settled(organId: string, rev: number, withinMs: number): Promise<Halted> {
    const { clock, roster } = this.#ports;
    const endsAt = clock.now() + withinMs;
    while ((roster.organ(organId)?.rev ?? 0) < rev && clock.now() < endsAt) await delay(clock, LOOK_MS);
    this.look();
    const local = this.#local.get(organId);
    return local !== undefined && (local.stopping || local.rev >= rev) ? local.done : nothing;
  }

  #follow({ record, rev }: RosterOrgan): void {
    const { organ_id, state, heir, drain_ms = DRAIN_MS } = record;
    const generation = record.generation ?? 0;
    const local = this.#local.get(organ_id) ?? newLocal(generation);
    this.#local.set(organ_id, local);
    if (local.stopping) return;
    // One that was retired lets its last runs end by themselves; what still comes is its heir's.
    const stopped = state === 'stopped' && heir === undefined;
    const renew = generation > local.generation;
    local.generation = Math.max(generation, local.generation);
    if (renew || (stopped && !local.halted)) this.#halt(organ_id, local, { rev, drain_ms, renew });
    else if (!stopped && local.halted) this.#resume(organ_id, local);
  }

  #halt(organId: string, local: Local, how: { rev: number; drain_ms: number; renew: boolean }): void {
    local.halted = true;
    local.stopping = true;
    local.rev = how.rev;
    local.done = this.#stop(organId, how.drain_ms, how.renew).finally(() => {
      local.stopping = false;
    });
    // Who has become ready meanwhile works again without waiting for the next look.
    local.done.then(
      () => this.look(),
      (cause: unknown) => this.#ports.warn(`the work of ${organId} could not be stopped`, cause),
    );
  }

  #resume(organId: string, local: Local): void {
    local.halted = false;
    this.#ports.queues.resume(organId);
  }

  async #stop(organId: string, drainMs: number, renew: boolean): Promise<Halted> {
    const { queues, pool, attached, tally, clock } = this.#ports;
    const before = tally.of(organId);
    const endsAt = clock.now() + drainMs;
    await Promise.all([queues.halt(organId, drainMs), this.#idle(organId, endsAt)]);
    attached.stop(organId);
    await this.#idle(organId, clock.now() + OBEY_MS);
    const own = pool.list(organId).filter(({ remote }) => !remote);
    const stubborn = own.filter(({ busy }) => busy);
    const members = renew ? own : stubborn;
    if (renew) queues.resize(organId, 0);
    for (const agent of members) pool.remove(agent.agentId);
    for (const agent of stubborn) agent.close();
    const after = tally.of(organId);
    return {
      finished: after.finished - before.finished,
      handed_back: after.handed_back - before.handed_back,
      killed: stubborn.length,
      restarted: renew ? members.length : 0,
    };
  }

  async #idle(organId: string, until: number): Promise<void> {
    const { pool, clock } = this.#ports;
    while (pool.list(organId).some(({ busy }) => busy) && clock.now() < until) await delay(clock, LOOK_MS);
  }
}
