import { isRecord, jsonCodec, MeshError } from '@seedcore/protocol';
import type { Mux } from '../mux/mux.ts';

/** Longest wait for one answer of the broker, in ms. */
const TRY_MS = 5_000;
/** What nobody deleted goes after an hour. */
const MAX_AGE_NS = 3_600_000_000_000;
/** All bodies on their way at once, in bytes; the broker refuses what does not fit. */
const MAX_BUCKET_BYTES = 268_435_456;
const MAX_API_BYTES = 4_194_304;

const NAME_IN_USE = 10058;
const NO_MESSAGE: ReadonlySet<number> = new Set([10037, 10059]);

/** How long one request may take. */
export type ApiWait = { readonly leftMs: number; readonly signal: AbortSignal | undefined };

/** One message of the bucket's stream. */
export type StoredChunk = { readonly seq: number; readonly data: Uint8Array };

/**
 * The stream behind one object store, spoken to in the broker's own API, because the mesh needs no more of JetStream.
 *
 * @source NATS ADR-20, "JetStream based Object Stores"
 */
export class ObjectBucket {
  readonly #mux: Mux;
  readonly #bucket: string;
  readonly #stream: string;

  constructor(mux: Mux, bucket: string) {
    this.#mux = mux;
    this.#bucket = bucket;
    this.#stream = `OBJ_${bucket}`;
  }

  /** Where the bytes of an object are. */
  chunks(id: string): string {
    return `$O.${this.#bucket}.C.${id}`;
  }

  /** Where an object is described. */
  meta(name: string): string {
    return `$O.${this.#bucket}.M.${base64Url(Buffer.from(name))}`;
  }

  /** Makes the stream; one that exists is used as it is. */
  async create(wait: ApiWait): Promise<void> {
    const config = {
      name: this.#stream,
      description: 'Bodies of calls too large for a message.',
      subjects: [`$O.${this.#bucket}.C.>`, `$O.${this.#bucket}.M.>`],
      retention: 'limits',
      discard: 'new',
      storage: 'file',
      num_replicas: 1,
      max_age: MAX_AGE_NS,
      max_bytes: MAX_BUCKET_BYTES,
      allow_rollup_hdrs: true,
    };
    const { code, text } = errorIn(await this.#ask(`$JS.API.STREAM.CREATE.${this.#stream}`, config, wait));
    if (code !== undefined && code !== NAME_IN_USE) throw this.#refused(text);
  }

  /** Stores one message and waits until the broker has it. */
  async store(subject: string, data: Uint8Array, wait: ApiWait): Promise<void> {
    const { code, text } = errorIn(await this.#send(subject, data, wait));
    if (code !== undefined) throw this.#refused(text);
  }

  /** The first message of `subject` from sequence `seq` on; undefined when there is none. */
  async next(subject: string, seq: number, wait: ApiWait): Promise<StoredChunk | undefined> {
    const query = { seq, next_by_subj: subject };
    const answer = await this.#ask(`$JS.API.STREAM.MSG.GET.${this.#stream}`, query, wait);
    const { code, text } = errorIn(answer);
    if (code !== undefined && NO_MESSAGE.has(code)) return undefined;
    const message = isRecord(answer) ? answer['message'] : undefined;
    if (code !== undefined || !isRecord(message)) throw this.#refused(text);
    const { seq: found, data } = message;
    if (typeof found !== 'number') throw this.#refused('no sequence');
    return { seq: found, data: Buffer.from(typeof data === 'string' ? data : '', 'base64') };
  }

  /** Removes every message of a subject; none is no error. */
  async purge(subject: string, wait: ApiWait): Promise<void> {
    const answer = await this.#ask(`$JS.API.STREAM.PURGE.${this.#stream}`, { filter: subject }, wait);
    const { code, text } = errorIn(answer);
    if (code !== undefined && !NO_MESSAGE.has(code)) throw this.#refused(text);
  }

  #ask(subject: string, query: object, wait: ApiWait): Promise<unknown> {
    return this.#send(subject, jsonCodec.encode(query), wait);
  }

  async #send(subject: string, data: Uint8Array, { leftMs, signal }: ApiWait): Promise<unknown> {
    if (leftMs < 1) throw new MeshError('deadline_exceeded', { target: this.#bucket, sent: false, started: false });
    const facts = { target: this.#bucket };
    const timeoutMs = Math.min(TRY_MS, leftMs);
    const message = await this.#mux.request({ subject, data, timeoutMs, signal, facts });
    return jsonCodec.decode(message.data, { maxBytes: MAX_API_BYTES });
  }

  /** The bucket is full, or the broker has no room for it: worth another try later, nothing has run. */
  #refused(text: string): MeshError {
    const target = this.#bucket;
    const message = `${target}: ${text}`;
    return new MeshError('unavailable', { target, message, sent: false, started: false });
  }
}

/** Base64 for subjects and digests, with the padding ADR-20 asks for and Node leaves off. */
export function base64Url(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

function errorIn(answer: unknown): { readonly code: number | undefined; readonly text: string } {
  const error = isRecord(answer) ? answer['error'] : undefined;
  if (!isRecord(error)) return { code: undefined, text: 'an answer of another shape' };
  const { err_code: code, description } = error;
  return { code: typeof code === 'number' ? code : 0, text: String(description ?? 'refused by the broker') };
}
