import { badRequest, delay, MeshError } from '@seedcore/protocol';
import { MAX_OBJECT_BYTES } from '@seedcore/store';
import { reach } from '#crash-points';
import { checkedQueue } from '../client/submit.ts';
import type { ChildOptions, Effect, StepOptions, TaskContext } from '../handler.ts';
import type { TaskRecord } from '../record/task-record.ts';
import { timeOf } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { countedAttempts } from '../tail/task-result.ts';
import type { FullTaskSpec, TaskResult, TaskSpec } from '../task-spec.ts';
import type { AttemptWatch } from './attempt-watch.ts';
import type { Parked } from './parked.ts';
import { EffectUnknown, errorOf, isUnserved } from './task-error.ts';
import { type Child, TaskWaits } from './task-waits.ts';

const STEP_NAME = /^[a-z0-9_-]{1,40}$/;
const MAX_STEPS = 256;
/** Shortest time between two progress events of a task, in ms. */
const PROGRESS_MS = 500;
const STEP_TRIES = 3;
const FIRST_PAUSE_MS = 1000;

/** What a context is made of. */
export type ContextParts = {
  readonly shelf: TaskShelf;
  readonly record: TaskRecord;
  readonly spec: FullTaskSpec;
  readonly watch: AttemptWatch;
  readonly signal: AbortSignal;
  readonly endsAt: { readonly deadline: number | undefined; readonly run: number };
};

/** One attempt as its handler sees it. */
export class AttemptContext implements TaskContext {
  readonly id: string;
  readonly gen: number;
  readonly attempt: number;
  readonly epoch: number;
  readonly spec: FullTaskSpec;
  readonly correction: unknown;
  readonly route: unknown;
  readonly traceparent: string | undefined;
  readonly deadlineAt: number | undefined;
  readonly signal: AbortSignal;
  readonly #parts: ContextParts;
  readonly #done = new Map<string, unknown>();
  readonly #waits: TaskWaits;
  #toldAt = Number.NEGATIVE_INFINITY;
  #current: string | undefined;

  constructor(parts: ContextParts) {
    const { record } = parts;
    this.id = record.id;
    this.gen = record.gen;
    this.attempt = countedAttempts(record);
    this.epoch = record.epoch;
    this.spec = parts.spec;
    this.correction = record.correction;
    this.route = record.route;
    this.traceparent = record.traceparent;
    this.deadlineAt = parts.endsAt.deadline;
    this.signal = parts.signal;
    this.#parts = parts;
    this.#waits = new TaskWaits(parts, (name, work) => this.#once(name, work));
  }

  /** The step it is in. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Set when the handler has to end for now, because its task waits. */
  get parked(): Parked | undefined {
    return this.#waits.parked;
  }

  left(): number {
    const { deadline, run } = this.#parts.endsAt;
    return Math.max(0, Math.min(run, deadline ?? run) - this.#parts.shelf.broker.clock.now());
  }

  step<T>(name: string, run: (key: string) => Promise<T>, options: StepOptions = {}): Promise<T> {
    return this.#once(name, () => this.#tryStep(name, run, options));
  }

  effect<T>(name: string, how: Effect<T>): Promise<T> {
    return this.#once(name, () => this.#carefully(name, how));
  }

  sleep(name: string, ms: number): Promise<void> {
    return this.#waits.sleep(name, ms);
  }

  waitFor(name: string, { until }: { readonly until: Date }): Promise<{ readonly value?: unknown } | undefined> {
    return this.#waits.waitFor(name, until.getTime());
  }

  signalled(name: string): Promise<{ readonly value?: unknown } | undefined> {
    return this.#waits.signalled(name);
  }

  child(step: string, given: TaskSpec, options: ChildOptions = {}): Promise<TaskResult> {
    return this.#waits.child(step, childOf(given, options));
  }

  begin(step: string, given: TaskSpec, options: ChildOptions = {}): Promise<TaskResult | 'running'> {
    return this.#waits.begin(step, childOf(given, options));
  }

  begun(step: string): Promise<TaskResult | 'running' | undefined> {
    return this.#waits.begun(step);
  }

  async rest(): Promise<never> {
    return this.#waits.rest();
  }

  progress(now: { readonly pct?: number; readonly note?: string }): void {
    const { shelf, record, watch } = this.#parts;
    const pct = now.pct === undefined ? {} : { pct: Math.min(1, Math.max(0, now.pct)) };
    const note = now.note === undefined ? {} : { note: now.note.slice(0, 200) };
    watch.touch({ ...pct, ...note, at: timeOf(shelf.now()) });
    const at = shelf.broker.clock.now();
    if (at - this.#toldAt < PROGRESS_MS || this.signal.aborted) return;
    this.#toldAt = at;
    shelf.announce(record, 'progress', { ...pct, ...note });
  }

  /** The memo of a step, else what `work` comes to, which becomes the memo. */
  async #once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { shelf, record, watch } = this.#parts;
    this.#checkStep(name);
    this.signal.throwIfAborted();
    // Whoever caught it may not go on: what comes next has to wait as well.
    if (this.parked !== undefined) throw this.parked;
    // What a memo holds is what an earlier run of this very step returned, as JSON.
    if (this.#done.has(name)) return this.#done.get(name) as T;
    this.#current = name;
    const fresh = record.attempt === 1 && record.kept[name] === undefined;
    const known = fresh ? undefined : await watch.insist(() => shelf.memo(record, name));
    const memo = known ?? (await this.#remember(name, await work()));
    this.#current = undefined;
    this.#done.set(name, memo.value);
    watch.touch();
    shelf.announce(record, 'step', { step: name });
    return memo.value as T;
  }

  /** An intent that stands from an earlier attempt means that it may have been done. */
  async #carefully<T>(name: string, { run, find }: Effect<T>): Promise<T> {
    const { shelf, record, watch } = this.#parts;
    const key = `${this.id}/${name}`;
    const first = await watch.insist(() => shelf.intend(record, name));
    if (!first) {
      const found = (await find?.(key)) ?? 'unknown';
      if (found === 'unknown') throw new EffectUnknown(this.id, name);
      if (found !== 'absent') return found.value;
    }
    this.signal.throwIfAborted();
    try {
      return await run(key);
    } catch (error) {
      if (isUnserved(errorOf(error))) await watch.insist(() => shelf.forgetIntent(record, name));
      throw error;
    }
  }

  async #remember<T>(name: string, value: T) {
    const { shelf, record, watch } = this.#parts;
    this.signal.throwIfAborted();
    const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
    if (bytes > MAX_OBJECT_BYTES)
      throw badRequest(`step ${name}`, '', `a memo of ${bytes} bytes is larger than ${MAX_OBJECT_BYTES}`);
    reach('step.before_memo');
    return watch.insist(() => shelf.keepMemo(record, name, value));
  }

  async #tryStep<T>(name: string, run: (key: string) => Promise<T>, options: StepOptions): Promise<T> {
    const { clock, random } = this.#parts.shelf.broker;
    const tries = options.tries ?? STEP_TRIES;
    for (let n = 1; ; n++) {
      reach('step.begun');
      try {
        return await this.#inTime(run(`${this.id}/${name}`), name, options.timeoutMs);
      } catch (error) {
        this.signal.throwIfAborted();
        if (n >= tries || !errorOf(error).retryable) throw error;
        await delay(clock, random.next() * FIRST_PAUSE_MS * 2 ** (n - 1), this.signal);
      }
    }
  }

  async #inTime<T>(work: Promise<T>, name: string, timeoutMs: number | undefined): Promise<T> {
    if (timeoutMs === undefined) return work;
    const { promise, reject } = Promise.withResolvers<never>();
    const late = () => reject(new MeshError('timeout', { target: `step ${name}` }));
    const timer = this.#parts.shelf.broker.clock.after(timeoutMs, late);
    try {
      return await Promise.race([work, promise]);
    } finally {
      timer.cancel();
    }
  }

  #checkStep(name: string): void {
    if (!STEP_NAME.test(name)) throw badRequest(`task ${this.id}`, '', `"${name.slice(0, 64)}" cannot name a step`);
    if (this.#done.size >= MAX_STEPS && !this.#done.has(name))
      throw badRequest(`task ${this.id}`, '', `it has more than ${MAX_STEPS} steps`);
  }
}

const childOf = (given: TaskSpec, { queue = 'general', timeoutMs }: ChildOptions): Child => ({
  given,
  queue: checkedQueue(queue),
  timeoutMs,
});
