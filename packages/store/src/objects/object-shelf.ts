import { createHash } from 'node:crypto';
import { delay, isRecord, MeshError, randomText, subjects } from '@seedcore/protocol';
import type { Broker, Message, Stored } from '../broker/broker.ts';
import { StoreError } from '../store-error.ts';
import { type KeptObject, MAX_OBJECT_BYTES, type Objects } from './objects.ts';

const CHUNK_BYTES = 128 * 1024;
const NUID = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Chunks are read from whatever copy answers, which may lag behind: they are asked for this often. */
const READS = 10;
const PAUSE_MS = 100;
/** Newest messages of subjects that one request asks for. */
const LOOK = 256;

type Facts = { readonly nuid: string; readonly size: number; readonly chunks: number; readonly digest: string };

/**
 * Objects in the layout of a NATS object store, so that `nats object get` reads them. All chunks of one and the note that
 * names them are one atomic batch: nobody ever reads a part, and of two writers one leaves nothing behind.
 *
 * @source NATS ADR-20, "JetStream based Object Stores"
 */
export class ObjectShelf implements Objects {
  readonly #broker: Broker;
  readonly #bucket: string;
  readonly #stream: string;

  constructor(broker: Broker, name: string) {
    this.#broker = broker;
    this.#bucket = subjects(broker.ns).bucket(name);
    this.#stream = `OBJ_${this.#bucket}`;
  }

  async put(name: string, bytes: Uint8Array, { ttlMs }: { readonly ttlMs: number }): Promise<void> {
    if (bytes.length > MAX_OBJECT_BYTES)
      throw new StoreError('invalid_value', name, `${bytes.length} bytes, more than ${MAX_OBJECT_BYTES}`);
    const before = await this.#look(name);
    if (before?.facts !== undefined) return;
    const expect = before?.seq ?? 0;
    const written = await this.#broker.writeTogether(this.#messages(name, bytes, { ttlMs, expect }));
    if (written.ok || (await this.#look(name))?.facts !== undefined) return;
    throw new MeshError('unavailable', { target: name, message: `${name}: was not kept, and can be sent again` });
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const found = await this.inspect(name);
    if (found === undefined || found.isWhole) return found?.bytes;
    throw new MeshError('unavailable', { target: name, message: `${name}: is not whole` });
  }

  async inspect(name: string): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean } | undefined> {
    for (let reads = 1; ; reads++) {
      const found = (await this.#look(name))?.facts;
      if (found === undefined) return undefined;
      const chunks = await this.#broker.messages(this.#stream, this.#chunks(found.nuid), found.chunks);
      const bytes = Buffer.concat(chunks.map(({ body }) => body));
      const isWhole = bytes.length === found.size && digestOf(bytes) === found.digest;
      if (isWhole || reads === READS) return { bytes, isWhole };
      await delay(this.#broker.clock, PAUSE_MS);
    }
  }

  async remove(name: string): Promise<void> {
    const found = await this.#look(name);
    if (found === undefined) return;
    const { seq, facts } = found;
    await this.#broker.purge(this.#stream, this.#note(name), seq + 1);
    if (facts !== undefined) await this.#broker.purge(this.#stream, this.#chunks(facts.nuid), seq);
  }

  async some(limit: number): Promise<readonly KeptObject[]> {
    const all = await this.#broker.subjects(this.#stream, this.#note());
    const start = all.length <= limit ? 0 : Math.floor(this.#broker.random.next() * all.length);
    const part = [...all.slice(start), ...all.slice(0, start)].slice(0, limit);
    const found: KeptObject[] = [];
    for (let at = 0; at < part.length; at += LOOK)
      for (const { subject, at: since } of await this.#broker.lastOfEach(this.#stream, part.slice(at, at + LOOK)))
        found.push({ name: Buffer.from(subject.split('.').at(-1) ?? '', 'base64url').toString(), at: since });
    return found;
  }

  /** The note under `name`; without facts it tells of an object that somebody deleted, or is none of ours. */
  async #look(name: string): Promise<{ readonly seq: number; readonly facts: Facts | undefined } | undefined> {
    const note = await this.#broker.last(this.#stream, this.#note(name), { fresh: true });
    return note && { seq: note.seq, facts: factsOf(note) };
  }

  #messages(
    name: string,
    bytes: Uint8Array,
    { ttlMs, expect }: { readonly ttlMs: number; readonly expect: number },
  ): readonly Message[] {
    const nuid = randomText(this.#broker.random, NUID, 22);
    const count = Math.ceil(bytes.length / CHUNK_BYTES);
    const chunks = Array.from({ length: count }, (_, i) => ({
      subject: this.#chunks(nuid),
      body: bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
      options: { ttlMs },
    }));
    const facts: Facts = { nuid, size: bytes.length, chunks: count, digest: digestOf(bytes) };
    const mtime = new Date(this.#broker.clock.wallMs()).toISOString();
    const body = { name, bucket: this.#bucket, ...facts, mtime, options: { max_chunk_size: CHUNK_BYTES } };
    const note = { subject: this.#note(name), body: encoder.encode(JSON.stringify(body)) };
    return [...chunks, { ...note, options: { ttlMs, expect } }];
  }

  #chunks(nuid: string): string {
    return `$O.${this.#bucket}.C.${nuid}`;
  }

  /** Of every object, when none is named. Names are encoded as the `nats` command line does it. */
  #note(name?: string): string {
    return `$O.${this.#bucket}.M.${name === undefined ? '*' : padded(Buffer.from(name).toString('base64url'))}`;
  }
}

const encoder = new TextEncoder();

const digestOf = (bytes: Uint8Array): string =>
  `SHA-256=${padded(createHash('sha256').update(bytes).digest('base64url'))}`;

const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '=');

function factsOf(note: Stored): Facts | undefined {
  const value = jsonOf(note.body);
  if (!isRecord(value) || value['deleted'] === true) return undefined;
  const { nuid, size, chunks, digest } = value;
  const whole = typeof nuid === 'string' && typeof size === 'number' && typeof chunks === 'number';
  return whole && typeof digest === 'string' ? { nuid, size, chunks, digest } : undefined;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined; // somebody wrote another text there: it is no note, and may be replaced
  }
}
