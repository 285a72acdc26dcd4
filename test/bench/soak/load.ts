import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mesh } from '@seedcore/mesh';
import { type Client, MeshError, type Random } from '@seedcore/protocol';
import { type Course, soak } from './contract.ts';

/** Calls are begun this often, in ms. */
const TICK_MS = 20;
/** Calls not over yet, at most: beyond that the machine is too slow for the rate, and what it cannot do is counted. */
const MOST_OPEN = 2_000;
/** Longest wait for the calls under way, in ms. */
const REST_MS = 20_000;
const LARGE = 'x'.repeat(300_000);
const LONG_STREAM = 50;

/** How often each kind of trouble is asked for, per call. */
const SHARES: readonly (readonly [Course, number])[] = [
  ['slow', 0.03],
  ['declared', 0.02],
  ['thrown', 0.01],
  ['hanging', 0.003],
];
const ABORTED_SHARE = 0.01;
const STREAM_SHARE = 0.01;
const LARGE_SHARE = 0.001;

/** Calls at a rate, with troubles by chance; what becomes of them is counted by code. */
export class Load {
  readonly #client: Client<typeof soak>;
  readonly #random: Random;
  /** As of a process that lives long: whatever listens to it must let go of it again. */
  readonly #life = new AbortController();
  readonly #open = new Set<Promise<void>>();
  readonly ends: Record<string, number> = {};
  #rate = 0;

  constructor(mesh: Mesh) {
    this.#client = mesh.client(soak, { bulkhead: { limit: 200, queue: 400 } });
    this.#random = mesh.random;
  }

  /** Who listens to the signal that every call is given. */
  get listeners(): number {
    return getEventListeners(this.#life.signal, 'abort').length;
  }

  /** Begins so many calls a second until it is told to rest. */
  go(perSecond: number): void {
    const running = this.#rate > 0;
    this.#rate = perSecond;
    if (!running) void this.#run();
  }

  /** Begins nothing any more and waits for what is under way. */
  async rest(): Promise<void> {
    this.#rate = 0;
    await Promise.race([Promise.all(this.#open), pause(REST_MS)]);
    if (this.#open.size > 0) throw new Error(`${this.#open.size} calls are not over after ${REST_MS} ms`);
  }

  async #run(): Promise<void> {
    let due = 0;
    let before = performance.now();
    while (this.#rate > 0) {
      await pause(TICK_MS);
      const now = performance.now();
      due += (this.#rate * (now - before)) / 1000;
      before = now;
      for (; due >= 1; due -= 1) this.#begin();
    }
  }

  #begin(): void {
    if (this.#open.size >= MOST_OPEN) {
      this.#count('not begun');
      return;
    }
    const call = this.#call().then(
      (how) => this.#count(how),
      (error: unknown) => this.#count(error instanceof MeshError ? error.code : String(error)),
    );
    this.#open.add(call);
    void call.finally(() => this.#open.delete(call));
  }

  #count(how: string): void {
    this.ends[how] = (this.ends[how] ?? 0) + 1;
  }

  #call(): Promise<string> {
    const r = this.#random.next();
    if (r < STREAM_SHARE) return this.#stream();
    if (r < STREAM_SHARE + LARGE_SHARE) return codeOf(this.#client.mirror({ text: LARGE }, this.#options()));
    if (r < STREAM_SHARE + LARGE_SHARE + ABORTED_SHARE) return this.#aborted();
    return codeOf(this.#client.work({ course: this.#course(), text: 'soak' }, this.#options()));
  }

  #options() {
    return { signal: this.#life.signal };
  }

  #course(): Course {
    let r = this.#random.next();
    for (const [course, share] of SHARES) {
      if (r < share) return course;
      r -= share;
    }
    return 'well';
  }

  async #aborted(): Promise<string> {
    const leaving = new AbortController();
    const call = codeOf(this.#client.work({ course: 'hanging', text: 'soak' }, { signal: leaving.signal }));
    setTimeout(() => leaving.abort(), 1 + 20 * this.#random.next());
    return call;
  }

  /** Half of the readers leave in the middle. */
  async #stream(): Promise<string> {
    const leaves = this.#random.next() < 0.5;
    const stream = this.#client.tell.stream({ to: leaves ? LONG_STREAM : 5 }, this.#options());
    let items = 0;
    for await (const _ of stream) {
      items += 1;
      if (leaves && items === 3) return 'left';
    }
    return codeOf(stream.reply);
  }
}

/** `ok`, or the code of the failure. */
async function codeOf(
  reply: Promise<{ readonly ok: true } | { readonly ok: false; readonly failure: { readonly code: string } }>,
): Promise<string> {
  const answered = await reply;
  return answered.ok ? 'ok' : answered.failure.code;
}
