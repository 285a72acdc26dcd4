import { type Clock, delay } from '@seedcore/protocol';
import { type HostState, hostState } from '../domain/host-state.ts';
import type { Roster } from '../domain/roster.ts';
import type { Announcements, Peers } from '../ports.ts';

/** Pings a suspected host may leave unanswered before it counts as dead, and from one to the next, in ms. */
const PINGS = 2;
const PING_EVERY_MS = 2000;
/** After a reconnect, or a standstill of this process, others are heard at their own pace; nobody is judged for so long, in ms. */
const SETTLE_MS = 10_000;
/** Between two looks of a process whose loop turns passes less, in ms. */
const STANDSTILL_MS = 5000;

/** What watching over hosts stands on. */
export type HostWatchPorts = {
  readonly me: string;
  readonly peers: Pick<Peers, 'ping'>;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly announcements: Pick<Announcements, 'host'>;
};

/**
 * Who of the other hosts is alive.
 *
 * 1. Silence makes a suspicion, pings make a death: whoever answers one, or beats meanwhile, is alive.
 * 2. Nobody is judged while this process itself may have been the silent one.
 */
export class HostWatch {
  readonly #ports: HostWatchPorts;
  readonly #beganAt: number;
  /** How others were at the last look. */
  #seen: ReadonlyMap<string, HostState> = new Map();
  /** Suspects that were found dead. */
  #dead: ReadonlySet<string> = new Set();
  #judgeFrom = Number.NEGATIVE_INFINITY;
  #lookedAt: number | undefined;

  constructor(ports: HostWatchPorts) {
    this.#ports = ports;
    this.#beganAt = ports.clock.now();
  }

  /** False while silence says nothing about others. */
  get judging(): boolean {
    return this.#ports.clock.now() >= this.#judgeFrom;
  }

  /** The connection came back. */
  reconnected(): void {
    this.#judgeFrom = this.#ports.clock.now() + SETTLE_MS;
  }

  /** A look begins: tells what has become of those that have agents; one that drained let them go, and may fall silent. */
  begin(): void {
    const { me, clock, roster } = this.#ports;
    const now = clock.now();
    if (this.#lookedAt !== undefined && now - this.#lookedAt > STANDSTILL_MS) this.reconnected();
    if (!this.judging) return;
    const having = new Set(roster.agents().map(({ holding }) => holding.host));
    const others = roster.hosts(now).filter(({ id }) => id !== me && having.has(id));
    const before = this.#seen;
    this.#seen = new Map(others.map(({ id, at }) => [id, hostState(now - at)]));
    for (const [id, state] of this.#seen) if (state !== 'ready' && before.get(id) !== state) this.#tell(state, id);
  }

  /** The look is over: what took long in it was no standstill. */
  end(): void {
    this.#lookedAt = this.#ports.clock.now();
  }

  /** Those of the suspected hosts that leave every ping unanswered, now or when they were asked before. */
  async deadOf(suspects: Iterable<string>): Promise<ReadonlySet<string>> {
    const asked = new Set(suspects);
    const known = [...asked].filter((host) => this.#dead.has(host));
    const found = await this.#silentOf([...asked].filter((host) => !this.#dead.has(host)));
    this.#dead = new Set([...known, ...found]);
    for (const host of found) this.#tell('dead', host);
    return this.#dead;
  }

  async #silentOf(suspects: readonly string[]): Promise<readonly string[]> {
    const { peers, clock, roster } = this.#ports;
    let silent = suspects;
    for (let ping = 1; silent.length > 0 && ping <= PINGS; ping++) {
      const nextAt = clock.now() + PING_EVERY_MS;
      const answered = new Set(await peers.ping());
      for (const host of silent) if (answered.has(host)) roster.heard(host, [], clock.now());
      if (ping < PINGS) await delay(clock, Math.max(0, nextAt - clock.now()));
      if (!this.judging) return [];
      silent = silent.filter((host) => !this.#heardLately(host));
    }
    return silent;
  }

  #heardLately(host: string): boolean {
    const heardAt = this.#ports.roster.heardAt(host);
    return heardAt !== undefined && hostState(this.#ports.clock.now() - heardAt) !== 'suspect';
  }

  /** Everybody sees the same: the first of those that are well speaks for all. */
  #tell(state: 'slow' | 'suspect' | 'dead', host: string): void {
    const { me, roster, clock, announcements } = this.#ports;
    const now = clock.now();
    const well = roster.hosts(now).filter(({ at }) => hostState(now - at) === 'ready');
    const silent_ms = Math.round(now - (roster.heardAt(host) ?? this.#beganAt));
    if ((well[0]?.id ?? me) === me) announcements.host(state, { host, silent_ms });
  }
}
