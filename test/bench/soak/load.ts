import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mesh } from '@seedcore/mesh';
import { type Client, MeshError } from '@seedcore/protocol';
import { type Course, soak } from './contract.ts';

/** Calls are begun this often, in ms. */
const TICK_MS = 20;
/** Calls not over yet, at most: beyond that the machine is too slow for the rate, and what it cannot do is counted. */
const MOST_OPEN = 2_000;
/** Longest wait for the calls under way, in ms. */
const REST_MS = 20_000;
const LARGE = 'x'.repeat(300_000);
const LONG_STREAM = 50;

/** Which calls are made trouble of: the `at`-th of each `every`. */
type Often = { readonly every: number; readonly at: number };
const COURSES: readonly (readonly [Course, Often])[] = [
  ['slow', { every: 33, at: 3 }],
  ['declared', { every: 50, at: 4 }],
  ['thrown', { every: 100, at: 5 }],
  ['hanging', { every: 300, at: 6 }],
];
const STREAM: Often = { every: 100, at: 10 };
/** Its reader leaves in the middle. */
const LEFT: Often = { every: 200, at: 10 };
const ABORTED: Often = { every: 100, at: 20 };
const REFERRED: Often = { every: 400, at: 50 };
const ABORTED_AFTER_MS = 10;

const isDue = (n: number, { every, at }: Often): boolean => n % every === at;

/** Calls at a rate, with troubles in between; what becomes of them is counted by code. */
export class Load {
  readonly #client: Client<typeof soak>;
  /** As of a process that lives long: whatever listens to it must let go of it again. */
  readonly #life = new AbortController();
  readonly #open = new Set<Promise<void>>();
  readonly ends: Record<string, number> = {};
  #rate = 0;
  #begun = 0;

  constructor(mesh: Mesh) {
    this.#client = mesh.client(soak, { bulkhead: { limit: 200, queue: 400 } });
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
    this.#begun += 1;
    const call = this.#call(this.#begun).then(
      (how) => this.#count(how),
      (error: unknown) => this.#count(error instanceof MeshError ? error.code : String(error)),
    );
    this.#open.add(call);
    void call.finally(() => this.#open.delete(call));
  }

  #count(how: string): void {
    this.ends[how] = (this.ends[how] ?? 0) + 1;
  }

  #call(n: number): Promise<string> {
    if (isDue(n, STREAM)) return this.#stream(isDue(n, LEFT));
    if (isDue(n, ABORTED)) return this.#aborted();
    if (isDue(n, REFERRED)) return codeOf(this.#client.mirror({ text: LARGE }, this.#options()));
    const course = COURSES.find(([, often]) => isDue(n, often))?.[0] ?? 'well';
    return codeOf(this.#client.work({ course, text: 'soak' }, this.#options()));
  }

  #options() {
    return { signal: this.#life.signal };
  }

  #aborted(): Promise<string> {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), ABORTED_AFTER_MS);
    return codeOf(this.#client.work({ course: 'hanging', text: 'soak' }, { signal: leaving.signal }));
  }

  async #stream(leaves: boolean): Promise<string> {
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
