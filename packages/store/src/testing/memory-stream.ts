import { subjectMatches } from '@seedcore/mesh/testing';
import type { Clock } from '@seedcore/protocol';
import type { Stored, StoredWhole, WriteOptions, Written } from '../broker/broker.ts';
import { MARKER_REASON } from '../broker/marker.ts';

const MARKER_MS = 2000;

/** How a stream in memory behaves. */
export type MemoryStreamConfig = {
  readonly name: string;
  readonly subjects: readonly string[];
  /** 0 keeps every message of a subject. */
  readonly perSubject: number;
  readonly firstSeq: number;
  readonly markers: boolean;
  readonly duplicateWindowMs: number;
  readonly counters: boolean;
  /** True while the broker has no room left: timers that are due then are not tried again, as with the real one. */
  readonly full?: () => boolean;
};

/** The part of a JetStream stream that store and tasks rely on, in memory. */
export class MemoryStream {
  readonly config: MemoryStreamConfig;
  readonly #clock: Clock;
  readonly #messages = new Map<number, StoredWhole>();
  readonly #bySubject = new Map<string, number[]>();
  readonly #ids = new Map<string, { readonly seq: number; readonly until: number }>();
  readonly #listeners = new Set<(message: Stored) => void>();
  #last: number;
  #bytes = 0;

  constructor(config: MemoryStreamConfig, clock: Clock) {
    this.config = config;
    this.#clock = clock;
    this.#last = Math.max(0, config.firstSeq - 1);
  }

  takes(subject: string): boolean {
    return this.config.subjects.some((pattern) => subjectMatches(pattern, subject));
  }

  /** Stores a message, or refuses it because the newest of its subject is another than expected. */
  add(subject: string, body: Uint8Array, options: WriteOptions): Written {
    if (options.expect !== undefined && options.expect !== (this.last(subject)?.seq ?? 0))
      return { ok: false, refused: 'wrong_sequence' };
    const known = this.#known(options.messageId);
    if (known !== undefined) return { ok: true, seq: known, duplicate: true };
    const headers = headersOf(options);
    const count = this.config.counters ? this.#sum(subject) + Number(headers.get('Nats-Incr')) : undefined;
    const kept = count === undefined ? body : new TextEncoder().encode(JSON.stringify({ val: String(count) }));
    const seq = this.#store(subject, kept, [...headers]);
    if (options.messageId !== undefined)
      this.#ids.set(options.messageId, { seq, until: this.#clock.now() + this.config.duplicateWindowMs });
    if (options.due !== undefined) this.#sendAt(seq, options.due);
    if (options.ttlMs !== undefined) this.#expireIn(seq, Math.max(1, Math.ceil(options.ttlMs / 1000)) * 1000);
    return { ok: true, seq, duplicate: false, ...(count === undefined ? {} : { count }) };
  }

  /** True when a message was written under that id within the duplicate window. */
  knows(messageId: string | undefined): boolean {
    return this.#known(messageId) !== undefined;
  }

  #known(messageId: string | undefined): number | undefined {
    const known = messageId === undefined ? undefined : this.#ids.get(messageId);
    return known !== undefined && known.until > this.#clock.now() ? known.seq : undefined;
  }

  #sum(subject: string): number {
    const last = this.last(subject);
    return last === undefined ? 0 : Number(JSON.parse(new TextDecoder().decode(last.body)).val);
  }

  last(subject: string): StoredWhole | undefined {
    const seq = this.#bySubject.get(subject)?.at(-1);
    return seq === undefined ? undefined : this.#messages.get(seq);
  }

  /** Messages of one subject, oldest first. */
  of(subject: string): Stored[] {
    return (this.#bySubject.get(subject) ?? []).flatMap((seq) => this.#messages.get(seq) ?? []);
  }

  /** Messages matching `filter`, oldest first, from `from` on. */
  *matching(filter: string, from = 0): Generator<Stored> {
    for (const message of this.#messages.values())
      if (message.seq >= from && subjectMatches(filter, message.subject)) yield message;
  }

  subjects(filter: string): string[] {
    return [...this.#bySubject.keys()].filter((subject) => subjectMatches(filter, subject)).sort();
  }

  /** Deletes what matches and lies below `below`; tells how many. */
  purge(filter: string, below: number): number {
    const gone = [...this.matching(filter)].filter((message) => message.seq < below);
    for (const message of gone) this.remove(message.seq);
    return gone.length;
  }

  remove(seq: number): void {
    const message = this.#messages.get(seq);
    if (message === undefined) return;
    this.#messages.delete(seq);
    this.#bytes -= bytesOf(message);
    const left = this.#bySubject.get(message.subject)?.filter((other) => other !== seq) ?? [];
    if (left.length > 0) this.#bySubject.set(message.subject, left);
    else this.#bySubject.delete(message.subject);
  }

  has(seq: number): boolean {
    return this.#messages.has(seq);
  }

  /** Sequence of the newest message it ever had. */
  get lastSeq(): number {
    return this.#last;
  }

  /** Sum of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages kept. */
  get size(): number {
    return this.#messages.size;
  }

  onMessage(listener: (message: Stored) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #store(subject: string, body: Uint8Array, headers: StoredWhole['headers']): number {
    const seq = ++this.#last;
    const at = new Date(this.#clock.wallMs());
    const header = (name: string) => headers.find(([other]) => other === name)?.[1];
    const message: StoredWhole = { subject, seq, at, body, headers, header };
    this.#messages.set(seq, message);
    this.#bytes += bytesOf(message);
    const seqs = [...(this.#bySubject.get(subject) ?? []), seq];
    this.#bySubject.set(subject, seqs);
    const surplus = this.config.perSubject === 0 ? 0 : seqs.length - this.config.perSubject;
    for (const old of seqs.slice(0, Math.max(0, surplus))) this.remove(old);
    for (const listener of [...this.#listeners]) listener(message);
    return seq;
  }

  /** The newest of a subject alone is a timer; those before it are gone. */
  #sendAt(seq: number, { at, target }: NonNullable<WriteOptions['due']>): void {
    const message = this.#messages.get(seq);
    for (const old of this.#bySubject.get(message?.subject ?? '') ?? []) if (old !== seq) this.remove(old);
    this.#clock.after(Math.max(0, at.getTime() - this.#clock.wallMs()), () => {
      if (message === undefined || !this.#messages.has(seq) || this.config.full?.()) return;
      this.remove(seq);
      const own = message.headers.filter(([name]) => !name.startsWith('Nats-'));
      this.#store(target, message.body, own);
    });
  }

  #expireIn(seq: number, ms: number): void {
    this.#clock.after(ms, () => {
      const message = this.#messages.get(seq);
      if (message === undefined) return;
      this.remove(seq);
      if (!this.config.markers || message.header(MARKER_REASON) !== undefined) return;
      this.#expireIn(this.#store(message.subject, new Uint8Array(), [[MARKER_REASON, 'MaxAge']]), MARKER_MS);
    });
  }
}

function headersOf(options: WriteOptions): ReadonlyMap<string, string> {
  const headers = new Map(options.headers ?? []);
  if (options.ttlMs !== undefined) headers.set('Nats-TTL', `${Math.max(1, Math.ceil(options.ttlMs / 1000))}s`);
  if (options.messageId !== undefined) headers.set('Nats-Msg-Id', options.messageId);
  if (options.due !== undefined) {
    headers.set('Nats-Schedule', `@at ${options.due.at.toISOString()}`);
    headers.set('Nats-Schedule-Target', options.due.target);
  }
  return headers;
}

const bytesOf = ({ subject, body }: Pick<Stored, 'subject' | 'body'>): number => subject.length + body.length;
