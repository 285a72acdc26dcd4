import { delay, sha256 } from '@seedcore/protocol';
import { accept } from '../record/accept.ts';
import { MAX_CHILDREN, MAX_DEPTH, type TaskRecord } from '../record/task-record.ts';
import { recordKey } from '../record/task-shelf.ts';
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
      const given = await this.#insist(() => this.#parts.shelf.signal(this.#parts.record, name));
      if (given !== undefined) return given.value === undefined ? {} : { value: given.value };
      if (this.#now() >= until) return undefined;
      throw this.#park(Math.min(until, this.#now() + SECOND_LOOK_MS));
    });
  }

  /** The result of a task of its own, begun when it is first asked for. */
  child(step: string, given: TaskSpec, queue: string): Promise<TaskResult> {
    return this.#once(step, async () => {
      const { shelf, record } = this.#parts;
      const id = childId(record, step);
      const found = await this.#insist(() => shelf.read(id));
      if (found !== undefined && found.value.parent?.id !== record.id)
        throw new ChildRefused(record.id, `${id} is the id of another task`);
      const result = found && resultOf(found.value);
      if (result !== undefined) return result;
      if (found === undefined || found.value.seq === 0) await this.#begin(id, step, { given, queue });
      throw this.#park(this.#now() + SECOND_LOOK_MS);
    });
  }

  /** Its id is noted first, so that whoever cancels this task finds it. */
  async #begin(id: string, step: string, { given, queue }: { given: TaskSpec; queue: string }): Promise<void> {
    const { shelf, record } = this.#parts;
    if (record.depth >= MAX_DEPTH) throw new ChildRefused(record.id, `tasks lie ${MAX_DEPTH} deep at most`);
    const spec = within(taskSpec.parse({ ...given, id }), record);
    const claim = { gen: record.gen, n: record.attempt };
    await this.#insist(() => shelf.change(record.id, (now) => withChild(now, id, claim)));
    const parent = { of: { id: record.id, gen: record.gen, step }, depth: record.depth + 1 };
    const { traceparent } = record;
    const wanted = accept(spec, { id, queue, now: shelf.now(), traceparent, parent });
    await this.#insist(async () => {
      const { value: child } = await shelf.records.createOnce(recordKey(id), wanted);
      await shelf.keepInput(child, spec);
      await shelf.armDeadline(child);
      await shelf.carry(child);
      shelf.announce(child, 'queued');
    });
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
