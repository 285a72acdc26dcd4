import type { Clock, Timer } from '@seedcore/protocol';
import type { Missing } from '../host.ts';

/** Time between two rounds of pings while somebody is missing, and while nobody is; in ms. */
const ROUND_MS = { missing: 1_000, complete: 10_000 };
/** One lost answer is no departure. */
const MISSES = 2;

type Watched = { since: number; misses: number; answered: boolean };

/** What watching needs. */
export type RequiredPorts = {
  readonly clock: Clock;
  /** True when an instance of the service answers. */
  readonly probe: (service: string) => Promise<boolean>;
  /** Called once, when every service has answered at least once. */
  readonly onAll: () => void;
};

/** The services this one cannot do without, pinged for as long as it lives. */
export class RequiredServices {
  readonly #ports: RequiredPorts;
  readonly #watched: ReadonlyMap<string, Watched>;
  #timer: Timer | undefined;
  #complete = false;
  #stopped = false;

  constructor(names: readonly string[], ports: RequiredPorts) {
    this.#ports = ports;
    const since = ports.clock.wallMs();
    this.#watched = new Map(names.map((name) => [name, { since, misses: MISSES, answered: false }]));
  }

  /** Asks everybody, and goes on asking until {@link stop}. */
  async watch(): Promise<void> {
    await Promise.all([...this.#watched].map(([name, one]) => this.#ask(name, one)));
    if (this.#stopped) return;
    if (!this.#complete && [...this.#watched.values()].every(({ answered }) => answered)) {
      this.#complete = true;
      this.#ports.onAll();
    }
    const wait = this.missing().length > 0 ? ROUND_MS.missing : ROUND_MS.complete;
    if (this.#watched.size > 0) this.#timer = this.#ports.clock.after(wait, () => void this.watch());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Who does not answer, and since when. */
  missing(): readonly Missing[] {
    return [...this.#watched]
      .filter(([, { misses }]) => misses >= MISSES)
      .map(([name, { since, answered }]) => ({
        name,
        since: new Date(since).toISOString(),
        detail: answered ? 'stopped answering pings' : 'has not answered a ping yet',
      }));
  }

  async #ask(name: string, one: Watched): Promise<void> {
    if (await this.#ports.probe(name)) {
      one.answered = true;
      one.misses = 0;
      return;
    }
    if (one.misses === 0) one.since = this.#ports.clock.wallMs();
    one.misses = Math.min(MISSES, one.misses + 1);
  }
}
