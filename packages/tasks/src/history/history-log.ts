import { delay, MeshError, type Subjects } from '@seedcore/protocol';
import type { Broker, Written, WrittenTogether } from '@seedcore/store';
import { logStream } from '../assets.ts';
import type { TaskRecord } from '../record/task-record.ts';
import { type HistoryEvent, inOrder, readHistoryEvent } from './history-event.ts';

/** Events wait so long for others to be written with, in ms. */
const GATHER_MS = 50;
/** Events of one write: it costs the broker one sync however many they are. */
const BATCH = 100;
/** Events that wait to be written; beyond that the oldest are given up. */
const MAX_WAITING = 10_000;
/** A write is tried for so long, in ms: a change of leader takes ten seconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;
/** Whoever goes down waits so long for what is left, in ms. */
const FLUSH_MS = 5000;
/** Ends whose writing somebody may still ask about. */
const MAX_ENDS = 10_000;

const encoder = new TextEncoder();

/** What a log works with. */
export type HistoryPorts = {
  readonly broker: Broker;
  readonly subjects: Subjects;
  /** Hears of events that could not be kept. */
  readonly lost: (count: number, why: unknown) => void;
};

type Waiting = { readonly event: HistoryEvent; readonly stored: () => void };

/**
 * What happened to tasks, kept at `<ns>.log.task.<id>` beside the path of the work: events gather for a moment and are
 * written together. A crash may take the last moment with it, but no end: the message of a task is acknowledged only
 * when its end is in the log, and whoever gets that message again looks whether it is.
 */
export class HistoryLog {
  readonly #ports: HistoryPorts;
  readonly #ends = new Map<string, Promise<void>>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
  }

  /** Keeps an event. Nobody has to wait for it; the promise never rejects. */
  note(event: HistoryEvent): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ event, stored: resolve });
    if (this.#waiting.length > MAX_WAITING) this.#giveUp(this.#waiting.splice(0, 1), 'too many wait');
    this.#writing ??= this.#write();
    if (event.end !== undefined) this.#remember(endName(event), promise);
    return promise;
  }

  /** Resolves when the end of a record is in the log; one that another process has made is looked for, then `event` kept. */
  ended(record: TaskRecord, event: () => HistoryEvent): Promise<void> {
    return this.#ends.get(endName(record)) ?? this.#endUnlessThere(record, event);
  }

  /** The newest events of a task, oldest first, each once. */
  async read(id: string): Promise<readonly HistoryEvent[]> {
    const { broker, subjects } = this.#ports;
    const stream = subjects.stream(logStream.name);
    const stored = await broker.messages(stream, subjects.taskLog(id), logStream.perSubject);
    return inOrder(stored.flatMap(({ body }) => readHistoryEvent(body) ?? []));
  }

  /** Resolves when everything noted so far is written or given up, at the latest after five seconds. */
  async flush(): Promise<void> {
    if (this.#writing === undefined) return;
    const patience = new AbortController();
    const enough = delay(this.#ports.broker.clock, FLUSH_MS, patience.signal).catch(() => undefined);
    await Promise.race([this.#writing, enough]);
    patience.abort();
  }

  async #endUnlessThere({ id, gen: life }: TaskRecord, event: () => HistoryEvent): Promise<void> {
    const events = await this.read(id);
    if (!events.some(({ gen, end }) => gen === life && end !== undefined)) await this.note(event());
  }

  #remember(name: string, stored: Promise<void>): void {
    this.#ends.set(name, stored);
    const oldest = this.#ends.size > MAX_ENDS ? this.#ends.keys().next().value : undefined;
    if (oldest !== undefined) this.#ends.delete(oldest);
  }

  async #write(): Promise<void> {
    await delay(this.#ports.broker.clock, GATHER_MS);
    while (this.#waiting.length > 0) await this.#store(this.#waiting.splice(0, BATCH));
    this.#writing = undefined;
  }

  /** Writes a batch, again while that can help; what may have been written is looked for first. */
  async #store(batch: Waiting[]): Promise<void> {
    const { clock } = this.#ports.broker;
    let endsAt = clock.now() + PATIENCE_MS;
    let again = false;
    let trouble: unknown = 'the broker refused them';
    while (clock.now() < endsAt && !this.#ports.broker.closed) {
      try {
        if (again && (await this.#isThere(batch))) return settle(batch);
        again = true;
        if ((await this.#send(batch)).ok) return settle(batch);
      } catch (error) {
        if (!(error instanceof MeshError)) return this.#giveUp(batch, error);
        trouble = error;
        // Nothing was asked of the broker: it has all the time it needs once the connection is back.
        if (error.code === 'not_connected') endsAt = clock.now() + PATIENCE_MS;
      }
      await delay(clock, PAUSE_MS * (0.5 + this.#ports.broker.random.next()));
    }
    this.#giveUp(batch, trouble);
  }

  async #send(batch: readonly Waiting[]): Promise<Written | WrittenTogether> {
    const { broker, subjects } = this.#ports;
    const messages = batch.map(({ event }) => ({
      subject: subjects.taskLog(event.id),
      body: encoder.encode(JSON.stringify(event)),
      options: {},
    }));
    const [only] = messages;
    if (only === undefined || messages.length > 1) return broker.writeTogether(messages);
    return broker.write(only.subject, only.body);
  }

  /** Where one event of a batch is, all are. */
  async #isThere(batch: readonly Waiting[]): Promise<boolean> {
    const { broker, subjects } = this.#ports;
    const last = batch.at(-1);
    if (last === undefined) return true;
    const subject = subjects.taskLog(last.event.id);
    const stored = await broker.last(subjects.stream(logStream.name), subject, { fresh: true });
    return stored !== undefined && new TextDecoder().decode(stored.body) === JSON.stringify(last.event);
  }

  /** Work goes on without its history. */
  #giveUp(batch: readonly Waiting[], why: unknown): void {
    if (!this.#ports.broker.closed) this.#ports.lost(batch.length, why);
    settle(batch);
  }
}

function settle(batch: readonly Waiting[]): void {
  for (const { stored } of batch) stored();
}

const endName = ({ id, gen }: { readonly id: string; readonly gen: number }): string => `${id} ${gen}`;
