import { MeshError, type Subjects, subjects } from '@seedcore/protocol';
import {
  type Broker,
  type Bucket,
  PATIENCE_MS,
  type PutOptions,
  patiently,
  type Read,
  type Rev,
  type Store,
  type Updated,
  type UpdateOptions,
  type WriteOptions,
} from '@seedcore/store';
import { z } from 'zod';
import { DEAD_MS, ENDED_MS, LIVE_MS, taskAssets, tasksBucket, tasksStream, workObjects } from '../assets.ts';
import { changeEvent, endEvent, type HistoryEvent, stepEvent } from '../history/history-event.ts';
import { HistoryLog } from '../history/history-log.ts';
import { type ScheduleRecord, scheduleRecord } from '../recurring/schedule-record.ts';
import type { FullTaskSpec, TaskResult } from '../task-spec.ts';
import type { TaskEvent } from '../tasks.ts';
import type { Report } from '../work/report.ts';
import { LargeValues, type ValueRef, valueRef } from './large-values.ts';
import { type Pause, pause } from './pause.ts';
import { INTENT, inputKey, intentKey, memoKey, recordKey, type StepOwner, signalKey } from './task-keys.ts';
import { type TaskRecord, taskRecord, timeOf } from './task-record.ts';
import { dueAt, keptMs } from './task-times.ts';
import { stamped } from './transitions.ts';

/** Header that names a carrier. */
export const CARRIER = 'Sc-Carrier';
const TRACEPARENT = 'traceparent';

const params = z.strictObject({ params: z.record(z.string(), z.unknown()).optional(), ref: valueRef.optional() });
const memo = z.strictObject({ value: z.unknown().optional(), ref: valueRef.optional(), at: z.string() });
const intent = z.strictObject({ attempt: z.int().min(1), at: z.string() });
type Params = z.output<typeof params>;
type Memo = z.output<typeof memo>;
type Intent = z.output<typeof intent>;

const encoder = new TextEncoder();

/** Everything tasks keep at the broker, and the few ways in which it is touched. */
export class TaskShelf {
  readonly broker: Broker;
  readonly subjects: Subjects;
  readonly records: Bucket<TaskRecord>;
  /** Pauses `q.<queue>`. */
  readonly pauses: Bucket<Pause>;
  /** Recurring work `c.<name>`. */
  readonly schedules: Bucket<ScheduleRecord>;
  readonly #store: Store;
  readonly #inputs: Bucket<Params>;
  readonly #memos: Bucket<Memo>;
  readonly #intents: Bucket<Intent>;
  readonly #stream: string;
  #provisioned: Promise<unknown> | undefined;

  /** Inputs, memos and results above 64 KiB. */
  readonly large: LargeValues;
  /** What happened to tasks. */
  readonly history: HistoryLog;
  /** Hear of every task that a write of this process has ended, once. */
  readonly ends = new Set<(event: HistoryEvent) => void>();

  constructor(store: Store, report: Report) {
    const { name } = tasksBucket;
    this.#store = store;
    this.broker = store.broker;
    this.subjects = subjects(store.broker.ns);
    this.#stream = this.subjects.stream(tasksStream.name);
    const lost = (count: number, why: unknown) => report(`history: ${count} events could not be kept`, why);
    this.history = new HistoryLog({ broker: this.broker, subjects: this.subjects, lost });
    this.large = new LargeValues(store.objects(workObjects.name));
    this.records = store.bucket({ name, schema: taskRecord, version: 1, ttlMs: keptMs });
    this.#inputs = store.bucket({ name, schema: params, version: 1 });
    this.pauses = store.bucket({ name, schema: pause, version: 1 });
    this.schedules = store.bucket({ name, schema: scheduleRecord, version: 1 });
    this.#memos = store.bucket({ name, schema: memo, version: 1, ttlMs: () => LIVE_MS });
    this.#intents = store.bucket({ name, schema: intent, version: 1, ttlMs: () => LIVE_MS });
  }

  /** Streams and bucket exist afterwards; asked once per process, again after a failure. */
  async ready(): Promise<void> {
    this.#provisioned ??= this.#store.provision(taskAssets);
    try {
      await this.#provisioned;
    } catch (error) {
      this.#provisioned = undefined;
      throw error;
    }
  }

  /** Wall-clock milliseconds. */
  now(): number {
    return this.broker.clock.wallMs();
  }

  async read(id: string): Promise<Read<TaskRecord> | undefined> {
    const found = await this.records.get(recordKey(id), { fresh: true });
    return found && { ...found, value: stamped(found.value, found.rev) };
  }

  /** Makes the first record of a task, unless there is one; a task that came in this way has begun its history. */
  async create(record: TaskRecord, how: PutOptions = {}): Promise<Read<TaskRecord> & { readonly created: boolean }> {
    const made = await this.records.createOnce(recordKey(record.id), record, how);
    if (made.created) this.#keepHistory(undefined, made);
    return made;
  }

  /** Changes a record by compare-and-set, and keeps that in its history; what the change sees carries its epoch. */
  async change(
    id: string,
    change: (now: TaskRecord | undefined, rev: Rev) => TaskRecord | 'skip',
    options: Pick<UpdateOptions, 'budgetMs' | 'recent'> = {},
  ): Promise<Updated<TaskRecord>> {
    let before: TaskRecord | undefined;
    const seen = (now: TaskRecord | undefined, rev: Rev) => {
      before = now && stamped(now, rev);
      return change(before, rev);
    };
    const updated = await this.records.update(recordKey(id), seen, options);
    const { value, rev, outcome } = updated;
    if (value !== undefined && outcome === 'written') this.#keepHistory(before, { value, rev });
    return updated;
  }

  /** Resolves when the end of a task is in its history: whoever acknowledges its message before may lose it. */
  ended(record: TaskRecord, rev?: Rev): Promise<void> {
    return this.history.ended(record, () => endEvent(record, rev));
  }

  #keepHistory(before: TaskRecord | undefined, now: { readonly value: TaskRecord; readonly rev: Rev }): void {
    const event = changeEvent(before, now);
    if (event === undefined) return;
    void this.history.note(event);
    if (event.end !== undefined) for (const listener of this.ends) listener(event);
  }

  /**
   * Sees to it that the record's carrier is in its queue, or on its way there in a timer; a repeat is recognised by the
   * broker for ten minutes, and replaces the timer afterwards.
   */
  async carry(record: TaskRecord): Promise<void> {
    const subject = this.subjects.task(record.queue, record.lane, record.id);
    const body = { id: record.id, gen: record.gen, type: record.type };
    const headers: [string, string][] = [[CARRIER, record.carrier]];
    if (record.traceparent !== undefined) headers.push([TRACEPARENT, record.traceparent]);
    const messageId = record.carrier;
    const at = dueAt(record);
    if (at.getTime() <= this.now()) await this.#surely(subject, body, { messageId, headers, group: this.#stream });
    else {
      const due = { at, target: subject };
      await this.#surely(this.subjects.timer(record.id), body, { messageId, headers, due });
    }
  }

  /** Sees to it that the task is looked at when its deadline has passed, whoever runs it or nobody. */
  async armDeadline({ id, gen, deadline_at: deadline }: TaskRecord): Promise<void> {
    if (deadline === undefined) return;
    const due = { at: new Date(deadline), target: this.subjects.system('normal', id, 'deadline') };
    const messageId = `${id}.${gen}.deadline`;
    await this.#surely(this.subjects.timer(id, 'deadline'), { id, gen }, { messageId, due });
  }

  /** Tells a task that something it may wait for has happened; under one name it is told once in ten minutes. */
  async wakeParent(id: string, name: string): Promise<void> {
    const subject = this.subjects.system('high', id, 'wake');
    await this.#surely(subject, { by: name }, { messageId: `${name}.wake` });
  }

  /** Stores a message that may be sent twice and counts once; who stores it need not know of a change of leader. */
  async #surely(subject: string, body: object, options: WriteOptions & { readonly messageId: string }): Promise<void> {
    const endsAt = this.broker.clock.now() + PATIENCE_MS;
    // A task is not held up for room: what could not be sent is sent by the housekeeper.
    const patience = { endsAt, repeatable: true, waitForRoom: false };
    await patiently(this.broker, patience, () => this.broker.write(subject, jsonBytes(body), options));
  }

  /** A signal as it was first given; undefined while it was not. */
  async signal(record: StepOwner, name: string): Promise<Memo | undefined> {
    return (await this.#memos.get(signalKey(record, name), { fresh: true }))?.value;
  }

  /** Keeps a signal; the first one under a name holds. */
  async keepSignal(record: StepOwner, name: string, value: unknown): Promise<void> {
    const kept = { at: timeOf(this.now()), ...(value === undefined ? {} : { value }) };
    await this.#memos.createOnce(signalKey(record, name), kept);
  }

  /** What has to follow the record of a task that nobody has taken yet; safe to repeat. */
  async send(record: TaskRecord): Promise<void> {
    const untaken = record.seq === 0 && ['queued', 'delayed', 'held'].includes(record.state);
    if (!untaken) return;
    await this.armDeadline(record);
    await this.carry(record);
  }

  /** Keeps the params beside the record when they are too large for it: before the record, which speaks of them. */
  async keepInput(record: TaskRecord, { params }: FullTaskSpec, how: PutOptions = {}): Promise<void> {
    if (!record.input_ref) return;
    const { id, gen } = record;
    const ttlMs = keptMs(record);
    const { ref } = await this.large.place(params, { id, gen, what: 'input', ttlMs: ttlMs + DEAD_MS });
    await this.#inputs.update(inputKey(record), () => (ref === undefined ? { params } : { ref }), { ...how, ttlMs });
  }

  /** Where the input of a task is kept that is too large for a letter; undefined when it is not that large. */
  async inputRef(record: TaskRecord): Promise<ValueRef | undefined> {
    if (!record.input_ref) return undefined;
    return (await this.#inputs.get(inputKey(record), { fresh: true }))?.value.ref;
  }

  /** The task as handed in, its params put back; undefined when it could not be read. */
  async specOf(record: TaskRecord): Promise<FullTaskSpec | undefined> {
    if (record.spec === undefined || !record.input_ref) return record.spec;
    const input = await this.#inputs.get(inputKey(record), { fresh: true });
    if (input === undefined)
      throw new MeshError('unavailable', {
        target: inputKey(record),
        message: `${inputKey(record)}: input not there yet`,
      });
    const { ref, params: inline = {} } = input.value;
    return { ...record.spec, params: ref === undefined ? inline : await this.large.fetchRecord(ref) };
  }

  async memo({ id, gen, kept }: StepOwner & Pick<TaskRecord, 'kept'>, step: string): Promise<Memo | undefined> {
    const read = await this.#memos.get(memoKey({ id, gen: kept[step] ?? gen }, step), { fresh: true });
    return read && this.#whole(read.value);
  }

  /** The result as it was handed over, also when it is kept beside the record. */
  async whole(result: TaskResult): Promise<TaskResult> {
    const { value_ref: ref, ...rest } = result;
    return ref === undefined ? result : { ...rest, value: await this.large.fetch(ref) };
  }

  async #whole(memo: Memo): Promise<Memo> {
    return memo.ref === undefined ? memo : { at: memo.at, value: await this.large.fetch(memo.ref) };
  }

  /** Stores the memo of a step; the loser of a race gets the winner's. */
  async keepMemo(record: TaskRecord, step: string, value: unknown): Promise<Memo> {
    const at = timeOf(this.now());
    const { id, gen } = record;
    const { ref } = await this.large.place(value, { id, gen, what: 'memo', ttlMs: LIVE_MS + ENDED_MS });
    const kept = { at, ...(ref === undefined ? (value === undefined ? {} : { value }) : { ref }) };
    const made = await this.#memos.createOnce(memoKey(record, step), kept);
    if (made.created) void this.history.note(stepEvent(record, { step, rev: made.rev, at }));
    return made.created ? { at, value } : this.#whole(made.value);
  }

  /** Notes that something is about to be done; false when that was noted before, and did not come to its memo. */
  async intend(record: StepOwner & Pick<TaskRecord, 'attempt'>, step: string): Promise<boolean> {
    const intended = { attempt: record.attempt, at: timeOf(this.now()) };
    const { created } = await this.#intents.createOnce(intentKey(record, step), intended);
    return created;
  }

  /** Nothing was done after all. */
  async forgetIntent(record: StepOwner, step: string): Promise<void> {
    await this.#intents.update(intentKey(record, step), () => 'remove');
  }

  /** Names of the steps that have a memo, in the order in which they ended. */
  async steps(record: StepOwner & Pick<TaskRecord, 'kept'>): Promise<string[]> {
    const prefix = memoKey(record, '');
    const page = await this.#memos.list(prefix, { limit: MOST_KEYS });
    const own = page.items.toSorted((a, b) => a.rev - b.rev).map((item) => item.key.slice(prefix.length));
    return [...Object.keys(record.kept), ...own.filter((name) => !name.endsWith(INTENT))];
  }

  /** Tells watchers; it may be lost. */
  announce(record: TaskRecord, kind: TaskEvent['kind'], more: Partial<TaskEvent> = {}): void {
    const { id, gen, type, queue, state, attempt, error } = record;
    const at = timeOf(this.now());
    const event: TaskEvent = { kind, id, gen, type, queue, state, attempt, at, ...(error ? { error } : {}), ...more };
    this.publish(this.subjects.event('task', kind, id), event);
  }

  /** Fire and forget, also when there is no connection. */
  publish(subject: string, value: unknown): void {
    try {
      this.broker.publish(subject, jsonBytes(value));
    } catch (error) {
      if (!(error instanceof MeshError)) throw error; // an event that cannot leave is lost, as any may be
    }
  }
}

/** Steps of a task, each with a memo and perhaps an intent. */
const MOST_KEYS = 512;

/** A value as JSON bytes. */
export const jsonBytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
