import { delay, sha256 } from '@seedcore/protocol';
import { reach } from '#crash-points';
import { cancel } from '../client/cancel.ts';
import { accept } from '../record/accept.ts';
import { isFinal, MAX_CHILDREN, MAX_DEPTH, type TaskRecord, timeOf } from '../record/task-record.ts';
import { holds } from '../record/transitions.ts';
import { resultOf } from '../tail/task-result.ts';
import { type FullTaskSpec, type TaskResult, type TaskSpec, taskSpec } from '../task-spec.ts';
import { Parked } from './parked.ts';
import { stopReason } from './stopped.ts';
import type { ContextParts } from './task-context.ts';
import { ChildRefused } from './task-error.ts';

/** A wait this short is not worth giving the slot away, in ms. */
const SHORT_MS = 1_000;
/** What is waited for tells so; should that be lost, the task looks again this often, in ms. */
const SECOND_LOOK_MS = 600_000;
const MAX_ID = 64;

/** Runs a step once in the life of a task, by its memo. */
type Once = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** A task as another one begins it. */
export type Child = {
  readonly given: TaskSpec;
  readonly queue: string;
  readonly timeoutMs: number | undefined;
};

/** It has not ended yet, or not begun. */
class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly begun: boolean;

  constructor(begun: boolean) {
    super('no result yet');
    this.begun = begun;
  }
}

/** What a task may wait for without holding a slot: time, a signal, another task. */
export class TaskWaits {
  /** Set when the handler has to end for now, whatever it makes of that. */
  parked: Parked | undefined;
  readonly #parts: ContextParts;
  readonly #once: Once;

  constructor(parts: ContextParts, once: Once) {
    this.#parts = parts;
    this.#once = once;
  }

  async sleep(name: string, ms: number): Promise<void> {
    const until = await this.#once(name, async () => this.#now() + ms);
    const left = until - this.#now();
    if (left > SHORT_MS) throw this.#park(until);
    if (left > 0) await delay(this.#parts.shelf.broker.clock, left, this.#parts.signal);
  }

  /** The signal `name`, or nothing when none came before `until`. */
  waitFor(name: string, until: number): Promise<{ readonly value?: unknown } | undefined> {
    return this.#once(name, async () => {
      const given = await this.signalled(name);
      return given !== undefined || this.#now() >= until ? given : this.rest(until);
    });
  }

  /** A signal as it was given, if it was. */
  async signalled(name: string): Promise<{ readonly value?: unknown } | undefined> {
    const given = await this.#insist(() => this.#parts.shelf.signal(this.#parts.record, name));
    if (given === undefined) return undefined;
    return given.value === undefined ? {} : { value: given.value };
  }

  /** The result of a task of its own, begun when it is first asked for; waits for it. */
  async child(step: string, child: Child): Promise<TaskResult> {
    const result = await this.begin(step, child);
    return result === 'running' ? this.rest() : result;
  }

  /** The same without waiting. */
  async begin(step: string, child: Child): Promise<TaskResult | 'running'> {
    return (await this.#look(step, child)) ?? 'running';
  }

  /** The same of one that was begun, and nothing when none was. */
  begun(step: string): Promise<TaskResult | 'running' | undefined> {
    return this.#look(step, undefined);
  }

  /** A result is the memo of its step; without one there is nothing to remember yet. */
  async #look(step: string, child: Child | undefined): Promise<TaskResult | 'running' | undefined> {
    try {
      return await this.#once(step, () => this.#resultOf(step, child));
    } catch (error) {
      if (error instanceof NotYet) return error.begun ? 'running' : undefined;
      throw error;
    }
  }

  /** Ends the run of the handler until something it waits for has happened, or `until`. */
  rest(until = Number.POSITIVE_INFINITY): never {
    throw this.#park(Math.min(until, this.#now() + SECOND_LOOK_MS));
  }

  /** @throws NotYet while there is none */
  async #resultOf(step: string, child: Child | undefined): Promise<TaskResult> {
    const { shelf, record } = this.#parts;
    const id = childId(record, step);
    const found = await this.#insist(() => shelf.read(id));
    if (found !== undefined && found.value.parent?.id !== record.id)
      throw new ChildRefused(record.id, `${id} is the id of another task`);
    const result = found && resultOf(found.value);
    if (result !== undefined) return this.#insist(() => shelf.whole(result));
    if (found !== undefined) await this.#insist(() => shelf.send(found.value));
    else if (child !== undefined) await this.#start(id, step, child);
    throw new NotYet(found !== undefined || child !== undefined);
  }

  /** Its id is noted first, so that whoever cancels this task finds it. */
  async #start(id: string, step: string, { given, queue, timeoutMs }: Child): Promise<void> {
    const { shelf, record } = this.#parts;
    if (record.depth >= MAX_DEPTH) throw new ChildRefused(record.id, `tasks lie ${MAX_DEPTH} deep at most`);
    const own = timeoutMs === undefined ? {} : { deadline_at: timeOf(shelf.now() + timeoutMs) };
    const spec = within(taskSpec.parse({ ...given, ...own, id }), record);
    const claim = { gen: record.gen, n: record.attempt };
    await this.#insist(() => shelf.change(record.id, (now) => withChild(now, id, claim)));
    const parent = { of: { id: record.id, gen: record.gen, step }, depth: record.depth + 1 };
    const { traceparent } = record;
    const wanted = accept(spec, { id, queue, now: shelf.now(), traceparent, parent });
    await this.#insist(async () => {
      await shelf.keepInput(wanted, spec);
      const { value: child } = await shelf.create(wanted);
      reach('child.before_carrier');
      if (await this.#isOver()) return void (await cancel(shelf, id, { reason: 'its parent has ended', waitMs: 0 }));
      await shelf.send(child);
      shelf.announce(child, 'queued');
    });
  }

  /** Whoever ended this task before a child of it was made could not end that, too. */
  async #isOver(): Promise<boolean> {
    const { shelf, record } = this.#parts;
    const now = await shelf.read(record.id);
    return now === undefined || now.value.gen !== record.gen || isFinal(now.value);
  }

  #park(until: number): Parked {
    this.parked = new Parked(this.#parts.record.id, until);
    return this.parked;
  }

  #insist<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.watch.insist(work);
  }

  #now(): number {
    return this.#parts.shelf.now();
  }
}

/** `<parent>-s-<step>`; each life of the parent has its own. */
function childId({ id, gen }: TaskRecord, step: string): string {
  const whole = gen === 1 ? `${id}-s-${step}` : `${id}-${gen}-s-${step}`;
  return whole.length <= MAX_ID ? whole : `c-${sha256(whole).slice(0, 32)}`;
}

/** No child outlives its parent. */
function within(spec: FullTaskSpec, { deadline_at: deadline }: TaskRecord): FullTaskSpec {
  if (deadline === undefined) return spec;
  const own = spec.deadline_at;
  return own !== undefined && Date.parse(own) <= Date.parse(deadline) ? spec : { ...spec, deadline_at: deadline };
}

function withChild(
  now: TaskRecord | undefined,
  id: string,
  claim: { readonly gen: number; readonly n: number },
): TaskRecord | 'skip' {
  if (now === undefined || !holds(now, claim)) throw stopReason('fenced', id);
  if (now.desired === 'cancel') throw stopReason('cancel', now.id);
  if (now.children.includes(id)) return 'skip';
  if (now.children.length >= MAX_CHILDREN)
    throw new ChildRefused(now.id, `a task has ${MAX_CHILDREN} children at most`);
  return { ...now, children: [...now.children, id] };
}
