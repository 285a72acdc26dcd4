import { CodecError, isRecord, jsonCodec, MeshError } from '@seedcore/protocol';
import type { Mux } from '../mux/mux.ts';
import type { HeaderPairs } from '../transport/outgoing.ts';
import type { WireMessage } from '../transport/transport.ts';

/** Longest wait for one answer of the broker, in ms. */
export const TRY_MS = 2_000;
const MAX_ANSWER_BYTES = 1_048_576;

/**
 * How one question to JetStream ended, as far as the server it was put to is concerned; a `read` was answered by any of
 * the copies, and that of a server which was cut off answers as well.
 */
export type JsOutcome = 'answer' | 'read' | 'timeout' | 'no_leader';

/** Refusals that mean: nobody leads here at the moment. */
const NO_LEADER: ReadonlySet<unknown> = new Set([10_008, 10_009]);
/** The stream exists already, with other settings. */
export const NAME_IN_USE = 10_058;

/** An answer of JetStream: a record, or why not. */
export type JsAnswer = Readonly<Record<string, unknown>>;

/** One question to JetStream and one answer, over the mesh's own inbox, with a time limit. */
export class JsApi {
  readonly #mux: Mux;
  readonly #heard: (outcome: JsOutcome) => void;

  constructor(mux: Mux, heard: (outcome: JsOutcome) => void) {
    this.#mux = mux;
    this.#heard = heard;
  }

  /**
   * The answer to a question of the API, or to a stored message.
   *
   * @throws MeshError `not_connected`, `timeout`, `no_responder` when nothing takes it, `unavailable` when it is refused
   */
  async ask(subject: string, body: Uint8Array | JsAnswer, headers?: HeaderPairs): Promise<JsAnswer> {
    const data = body instanceof Uint8Array ? body : jsonCodec.encode(body);
    const answer = answerOf(subject, await this.#request(subject, data, headers));
    const { error } = answer;
    this.#heard(isRecord(error) && NO_LEADER.has(error['err_code']) ? 'no_leader' : 'answer');
    if (isRecord(error)) throw refused(subject, error);
    return answer;
  }

  /** The message itself that answers a direct read. */
  async read(subject: string, data: Uint8Array): Promise<WireMessage> {
    const message = await this.#request(subject, data);
    this.#heard('read');
    return message;
  }

  async #request(subject: string, data: Uint8Array, headers?: HeaderPairs): Promise<WireMessage> {
    try {
      return await this.#mux.request({ subject, data, headers, timeoutMs: TRY_MS, facts: { target: subject } });
    } catch (error) {
      if (error instanceof MeshError && error.code === 'timeout') this.#heard('timeout');
      throw error;
    }
  }
}

/** The broker's own number of a refusal; undefined for every other error. */
export function refusalOf(error: unknown): number | undefined {
  if (!(error instanceof MeshError) || !isRecord(error.details)) return undefined;
  const { err_code: code } = error.details;
  return typeof code === 'number' ? code : undefined;
}

function refused(target: string, error: JsAnswer): MeshError {
  const message = `${target}: ${String(error['description'] ?? 'refused by the broker')}`;
  return new MeshError('unavailable', { target, message, details: { err_code: error['err_code'] }, started: false });
}

function answerOf(target: string, { data }: WireMessage): JsAnswer {
  const value = decoded(target, data);
  if (isRecord(value)) return value;
  throw new MeshError('bad_reply', { target });
}

function decoded(target: string, data: Uint8Array): unknown {
  try {
    return jsonCodec.decode(data, { maxBytes: MAX_ANSWER_BYTES });
  } catch (error) {
    if (error instanceof CodecError) throw new MeshError('bad_reply', { target, cause: error });
    throw error;
  }
}
