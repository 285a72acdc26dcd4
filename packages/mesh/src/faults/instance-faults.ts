/** Most requests whose time at a slow instance is kept; the oldest is forgotten first. */
const MAX_TIMED = 10_000;

/** Faults of whole instances on a bus in memory, by the names of their transports. */
export class InstanceFaults {
  readonly #killed = new Set<string>();
  readonly #walls = new Set<readonly [string, string]>();
  readonly #factors = new Map<string, number>();
  /** When a slow instance got a request, by the subject it will reply to. */
  readonly #timed = new Map<string, number>();

  kill(name: string): void {
    this.#killed.add(name);
  }

  isKilled(name: string): boolean {
    return this.#killed.has(name);
  }

  /** No message passes between `a` and `b` until the returned function is called. */
  partition(a: string, b: string): () => void {
    const wall = [a, b] as const;
    this.#walls.add(wall);
    return () => this.#walls.delete(wall);
  }

  areApart(from: string, to: string): boolean {
    for (const [a, b] of this.#walls) if ((a === from && b === to) || (a === to && b === from)) return true;
    return false;
  }

  /** Replies of `name` take `factor` times as long, until the returned function is called. */
  slow(name: string, factor: number): () => void {
    if (!(factor >= 1)) throw new RangeError(`factor is ${factor}, less than 1: an instance cannot be made faster`);
    this.#factors.set(name, factor);
    return () => this.#factors.delete(name);
  }

  /** A request has arrived at an instance. */
  received(name: string, reply: string, now: number): void {
    if (!this.#factors.has(name)) return;
    const [oldest] = this.#timed.size >= MAX_TIMED ? this.#timed.keys() : [];
    if (oldest !== undefined) this.#timed.delete(oldest);
    this.#timed.set(reply, now);
  }

  /** How much longer a message of an instance takes, in ms; 0 unless it replies and is slow. */
  lateness(name: string, subject: string, now: number): number {
    const since = this.#timed.get(subject);
    return since === undefined ? 0 : (now - since) * ((this.#factors.get(name) ?? 1) - 1);
  }
}
