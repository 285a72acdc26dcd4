import { delay, type Random } from '@seedcore/protocol';
import { type SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import type { Lease } from '@seedcore/store';
import { MemoryJetStream, type MemoryStore, memoryStore } from '@seedcore/store/testing';
import type { Belief, Effect } from '../store-history.ts';
import { HeldClock } from './held-clock.ts';
import type { Plant } from './simulate-records.ts';
import { noTrouble, type Trouble, unruly } from './unruly.ts';

/** Time to live of the lease of a simulation, in ms. */
export const TTL_MS = 3000;
const CANDIDATES = 3;
const NAME = 'singleton';
/** How often a holder looks whether it still is one, in ms. */
const LOOK_MS = 20;
/** Longest way of an effect to its receiver, in ms. */
const EFFECT_WAY_MS = 200;
const FAULTS = 10;
const CALM_MS = 4000;
const HOUR_MS = 3_600_000;
const QUIET_MS = 20_000;

/** What is wrong on purpose in a simulation. */
export type LeasePlant = { readonly broker?: Plant; readonly receiverFences?: boolean };
/** What was seen: `quietFrom` is when the last holder died, with no other fault from then on. */
export type LeaseRun = {
  readonly beliefs: readonly Belief[];
  readonly effects: readonly Effect[];
  readonly quietFrom: number;
  readonly until: number;
  readonly trouble: Trouble;
};

/** Candidates that are stopped, put to sleep and cut off at random, while they lead and act under their lease. */
export async function simulateLeases(random: SeededRandom, plant: LeasePlant = {}): Promise<LeaseRun> {
  const host = new VirtualClock();
  const server = new MemoryJetStream(host);
  const trouble = noTrouble();
  const receiver = new EffectReceiver(plant.receiverFences ?? true);
  const candidates = Array.from({ length: CANDIDATES }, (_, i) => {
    const store = memoryStore({ clock: host, server, random: random.fork(`store ${i}`) });
    return new Candidate(`p${i}`, store, { host, receiver, random: random.fork(`way ${i}`) });
  });
  await candidates[0]?.store.provision([]);
  const links = candidates.map(({ store }, i) => unruly(store.broker, random.fork(`link ${i}`), { trouble }));
  for (const one of candidates) {
    plant.broker?.(one.store.broker);
    one.start();
  }
  await befall(candidates, host, random.fork('faults'));
  for (const link of links) link.calm();
  await host.advance(CALM_MS);
  candidates.find(({ leads }) => leads)?.die();
  const quietFrom = host.now();
  await host.advance(QUIET_MS);
  const beliefs = candidates.flatMap((one) => one.beliefs);
  return { beliefs, effects: receiver.effects, quietFrom, until: host.now(), trouble };
}

/** One fault after the other, each on one candidate and over before the next. */
async function befall(candidates: readonly Candidate[], host: VirtualClock, random: Random): Promise<void> {
  for (let fault = 0; fault < FAULTS; fault++) {
    await host.advance(CALM_MS * random.next());
    const one = candidates[Math.floor(CANDIDATES * random.next())];
    const kind = Math.floor(4 * random.next());
    if (kind === 0) one?.store.broker.disconnect();
    if (kind === 1) one?.clock.hold();
    if (kind === 2) one?.clock.suspend();
    if (kind === 3) one?.clock.jump(random.next() < 0.5 ? HOUR_MS : -HOUR_MS);
    await host.advance(2 * TTL_MS * random.next());
    if (kind === 0) one?.store.broker.reconnect();
    one?.clock.release();
  }
}

type Ports = { readonly host: VirtualClock; readonly receiver: EffectReceiver; readonly random: Random };

/** One process that wants to lead. */
class Candidate {
  readonly store: MemoryStore;
  readonly clock: HeldClock;
  readonly beliefs: Belief[] = [];
  leads = false;
  readonly #name: string;
  readonly #ports: Ports;

  constructor(name: string, store: MemoryStore, ports: Ports) {
    this.#name = name;
    this.#ports = ports;
    this.store = store;
    this.clock = new HeldClock(ports.host);
    Object.defineProperty(store.broker, 'clock', { value: this.clock });
  }

  start(): void {
    this.store.elect(NAME, (lease) => this.#lead(lease), { ttlMs: TTL_MS });
  }

  die(): void {
    this.store.broker.die();
    this.clock.hold();
  }

  async #lead(lease: Lease): Promise<void> {
    const { host } = this.#ports;
    const at = this.beliefs.length;
    const from = host.now();
    this.leads = true;
    while (lease.leftMs() > 0) {
      this.beliefs[at] = { name: NAME, holder: this.#name, epoch: lease.epoch, from, to: host.now() };
      void this.#act(lease.epoch);
      await delay(this.clock, LOOK_MS);
    }
    this.leads = false;
  }

  /** Between looking and arriving there is time to be stopped in. */
  async #act(epoch: number): Promise<void> {
    const { random, receiver } = this.#ports;
    await delay(this.clock, EFFECT_WAY_MS * random.next());
    receiver.take(NAME, epoch);
  }
}

/** The world outside. One that does not fence takes whatever comes, trusting that senders have looked. */
class EffectReceiver {
  readonly effects: Effect[] = [];
  readonly #newest = new Map<string, number>();
  readonly #fences: boolean;

  constructor(fences: boolean) {
    this.#fences = fences;
  }

  take(key: string, epoch: number): void {
    const last = this.#newest.get(key) ?? 0;
    const taken = !this.#fences || epoch >= last;
    if (taken) this.#newest.set(key, Math.max(last, epoch));
    this.effects.push({ key, epoch, taken });
  }
}
