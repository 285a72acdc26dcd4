import { type Clock, MeshError } from '@seedcore/protocol';
import type { Lease, Store } from '@seedcore/store';
import { Rounds } from '../../agents/rounds.ts';
import { fairShare, type PlannedManager } from '../../domain/manager-plan.ts';
import { SAMPLE_EVERY_MS } from '../../domain/segment-window.ts';
import { HeardPulses } from './heard-pulses.ts';
import { Manager } from './manager.ts';
import type { ManagerPorts, ManagerWire } from './manager-ports.ts';
import { PULSE_MS, PulseMaker } from './pulse-maker.ts';

/** How long a manager is believed in without a sign of its holder, in ms. */
const LEASE_MS = 20_000;
/** A manager nobody was heard of for so long is taken by whoever sees it, however many they have, in ms. */
const ANYBODYS_MS = 6000;
/** Most managers one process tries to take in one round. */
const MAX_TRIES = 10;

/** What the managers of one replica stand on. */
export type ManagersPorts = Omit<ManagerPorts, 'wire'> & {
  readonly wire: ManagerWire;
  /** Managers there should be, as the records of organs and agents say. */
  readonly planned: () => readonly PlannedManager[];
  /** Replicas heard lately, this one among them. */
  readonly replicas: () => readonly string[];
  readonly lease: Store['lease'];
};

type Held = { readonly lease: Lease; readonly maker: PulseMaker };

/**
 * The managers this replica holds: each is a lease, so that one replica judges what ten agents say. Every replica takes
 * vacant ones up to its share, and gives back what is more when another one comes; what stays vacant is anybody's.
 */
export class Managers {
  readonly pulses: HeardPulses;
  readonly #ports: ManagersPorts;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  /** Since when a manager seems to be nobody's. */
  readonly #vacant = new Map<string, number>();
  readonly #rounds: readonly Rounds[];
  #known: ReadonlySet<string> = new Set();

  constructor(ports: ManagersPorts) {
    const { clock, wire, warn } = ports;
    this.#ports = ports;
    this.#clock = clock;
    this.pulses = new HeardPulses(clock);
    wire.onPulse((pulse) => this.pulses.heard(pulse));
    wire.onStarted(({ agentId, taskId, attempt }) => {
      for (const { maker } of this.#held.values()) maker.started(taskId, attempt, watches(maker, agentId));
    });
    wire.onEnded((run) => this.#makerOf(run.agentId)?.ended(run));
    wire.onIntervened((agentId, kind) => this.#makerOf(agentId)?.intervened(kind));
    const rounds = (everyMs: number, what: string, round: () => Promise<void>) =>
      new Rounds(clock, everyMs, { round, failed: (cause) => warn(what, cause) });
    this.#rounds = [
      rounds(SAMPLE_EVERY_MS, 'managing failed', () => this.#round()),
      rounds(PULSE_MS, 'the pulse of a manager failed', () => this.#tell()),
    ];
  }

  /** Ids of the managers held here. */
  get ids(): readonly string[] {
    return [...this.#held.keys()];
  }

  start(): void {
    for (const one of this.#rounds) one.start();
  }

  /** Gives every manager back at once, so that nobody has to wait for the end of its lease. */
  async stop(): Promise<void> {
    await Promise.all(this.#rounds.map((one) => one.stop()));
    await Promise.all([...this.#held.keys()].map((id) => this.#giveBack(id)));
  }

  async #round(): Promise<void> {
    const planned = this.#ports.planned();
    this.#dropLost(planned);
    await this.#balance(planned);
    const looks = [...this.#held.values()].map(async ({ maker }) => {
      await maker.manager.look();
      maker.looked();
    });
    for (const look of await Promise.allSettled(looks))
      if (look.status === 'rejected') this.#ports.warn('a manager could not look', look.reason);
  }

  /** A term ends with its lease; one that watches other agents by now begins anew. */
  #dropLost(planned: readonly PlannedManager[]): void {
    for (const [id, { lease, maker }] of this.#held) {
      const plan = planned.find(({ managerId }) => managerId === id);
      if (lease.signal.aborted) this.#forget(id);
      else if (plan !== undefined && !sameAgents(plan, maker.manager.plan)) {
        maker.manager.stop();
        this.#held.set(id, { lease, maker: this.#maker(plan, lease) });
      }
    }
  }

  async #balance(planned: readonly PlannedManager[]): Promise<void> {
    const { lease, replicas } = this.#ports;
    const share = fairShare(planned.length, replicas().length);
    const ids = new Set(planned.map(({ managerId }) => managerId));
    for (const id of this.#held.keys()) if (!ids.has(id)) await this.#giveBack(id);
    for (const id of this.#vacant.keys()) if (!ids.has(id)) this.#vacant.delete(id);
    const surplus = this.#somebodyCame() ? [...this.#held.keys()].slice(share) : [];
    for (const id of surplus) await this.#giveBack(id);
    let tries = 0;
    for (const plan of planned) {
      if (tries >= MAX_TRIES || surplus.includes(plan.managerId) || !this.#isMineToTake(plan, share)) continue;
      tries++;
      const taken = await lease(`mgr-${plan.managerId}`, { ttlMs: LEASE_MS }).catch(outOfReach);
      if (taken !== undefined) this.#take(plan, taken);
    }
  }

  /** A replica that was not there before has come: it is left its share, once. */
  #somebodyCame(): boolean {
    const now = this.#ports.replicas();
    const came = now.some((id) => !this.#known.has(id));
    this.#known = new Set(now);
    return came;
  }

  #isMineToTake({ managerId }: PlannedManager, share: number): boolean {
    if (this.#held.has(managerId) || this.pulses.of(managerId) !== undefined) {
      this.#vacant.delete(managerId);
      return false;
    }
    const since = this.#vacant.get(managerId) ?? this.#clock.now();
    this.#vacant.set(managerId, since);
    return this.#held.size < share || this.#clock.now() - since >= ANYBODYS_MS;
  }

  #take(plan: PlannedManager, lease: Lease): void {
    const maker = this.#maker(plan, lease);
    this.#held.set(plan.managerId, { lease, maker });
    this.#vacant.delete(plan.managerId);
    maker.tell();
  }

  #maker(plan: PlannedManager, lease: Lease): PulseMaker {
    return new PulseMaker(new Manager(plan, lease, this.#ports), this.#ports);
  }

  async #tell(): Promise<void> {
    for (const { lease, maker } of this.#held.values()) {
      if (lease.signal.aborted) continue;
      maker.tell();
      await maker.settle();
    }
  }

  async #giveBack(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#forget(id);
    await held.lease.release();
    held.maker.tell(true);
  }

  #forget(id: string): void {
    this.#held.get(id)?.maker.manager.stop();
    this.#held.delete(id);
  }

  #makerOf(agentId: string): PulseMaker | undefined {
    return [...this.#held.values()].find(({ maker }) => watches(maker, agentId))?.maker;
  }
}

/** While the broker is out of reach nobody takes anything. */
function outOfReach(cause: unknown): undefined {
  if (!(cause instanceof MeshError)) throw cause;
}

const watches = ({ manager }: PulseMaker, agentId: string): boolean => manager.plan.agents.includes(agentId);
const sameAgents = (one: PlannedManager, other: PlannedManager): boolean =>
  one.agents.join(' ') === other.agents.join(' ');
