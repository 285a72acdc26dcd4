import {
  type Call,
  CheckSampler,
  type Clock,
  canonicalJson,
  delay,
  type Endpoint,
  MAX_KEPT_BYTES,
  MeshError,
  msgpackCodec,
  sha256,
} from '@seedcore/protocol';
import { replyOf } from '../reply/reply-of.ts';
import type { HandlerFunction } from '../served/served-endpoint.ts';
import { type Claim, isClaim, type Kept, type ReplyStore } from './reply-store.ts';

/** A claim outlives the call it was made for by this, in ms: until then nobody runs the work again. */
export const CLAIM_GRACE_MS = 5_000;
/** Pauses between two looks at somebody else's claim, in ms. */
const FIRST_LOOK_MS = 25;
const LAST_LOOK_MS = 400;

/** The endpoint whose replies are kept. */
export type Replayed = { readonly target: string; readonly contract: Endpoint; readonly handle: HandlerFunction };

/** What keeping replies needs. */
export type ReplayPorts = {
  readonly replies: ReplyStore;
  readonly clock: Clock;
  /** A stored reply was given in place of a run. */
  readonly replayed: () => void;
  /** A reply could not be stored; its caller got it all the same. */
  readonly report: (where: string, error: unknown) => void;
};

/**
 * A handler that runs once per idempotency key and input, whoever repeats it and on whatever instance:
 *
 * | found | action |
 * |---|---|
 * | nothing | claim, run, store the value or the declared failure, reply |
 * | finished, same input | the stored reply |
 * | claimed, same input | wait within the deadline, then `timeout`; an ended claim is taken over |
 * | another input | `bad_request` |
 *
 * What is no reply (a MeshError, a defect) is not stored: the claim is dropped, a retry runs.
 */
export function replaying(replayed: Replayed, ports: ReplayPorts): HandlerFunction {
  return (input, call) =>
    call.idempotencyKey === undefined ? replayed.handle(input, call) : new Replay(replayed, ports, call).run(input);
}

/** One call that carries a key. */
class Replay {
  readonly #replayed: Replayed;
  readonly #ports: ReplayPorts;
  readonly #call: Call;
  readonly #key: string;

  constructor(replayed: Replayed, ports: ReplayPorts, call: Call) {
    this.#replayed = replayed;
    this.#ports = ports;
    this.#call = call;
    this.#key = `${replayed.target}.${call.idempotencyKey}`;
  }

  async run(input: unknown): Promise<unknown> {
    const { replies } = this.#ports;
    const fingerprint = sha256(canonicalJson(input));
    for (;;) {
      const ttlMs = this.#call.left() + CLAIM_GRACE_MS;
      const found = await replies
        .claim(this.#key, { fingerprint, ttlMs })
        .catch((error: unknown) => this.#nothingRan(error));
      if (isClaim(found)) return this.#work(input, found);
      const reply = await this.#await(found, fingerprint);
      if (reply !== undefined) return reply;
    }
  }

  async #work(input: unknown, claim: Claim): Promise<unknown> {
    const { replies, report } = this.#ports;
    let reply: Uint8Array | undefined;
    try {
      const returned = await this.#replayed.handle(input, this.#call);
      reply = this.#keepable(returned);
      return returned;
    } finally {
      await replies.finish(claim, reply).catch((error: unknown) => report(this.#key, error));
    }
  }

  /** The stored reply of somebody else's run; undefined when its claim has ended without one. */
  async #await(found: Kept, fingerprint: string): Promise<unknown> {
    let kept: Kept | undefined = found;
    for (let pauseMs = FIRST_LOOK_MS; kept !== undefined; pauseMs = Math.min(LAST_LOOK_MS, 2 * pauseMs)) {
      if (kept.fingerprint !== fingerprint) throw this.#reused();
      if (kept.reply !== undefined) return this.#stored(kept.reply);
      if (this.#call.left() <= pauseMs) throw this.#stillRunning();
      await delay(this.#ports.clock, pauseMs, this.#call.signal);
      kept = await this.#ports.replies.read(this.#key).catch((error: unknown) => this.#nothingRan(error));
    }
    return undefined;
  }

  #stored(reply: Uint8Array): unknown {
    this.#ports.replayed();
    return msgpackCodec.decode(reply, { maxBytes: MAX_KEPT_BYTES });
  }

  /** A reply that keeps the contract, as bytes; one that does not is a defect and no reply. */
  #keepable(returned: unknown): Uint8Array | undefined {
    const { target, contract } = this.#replayed;
    if (
      replyOf({ returned }, { target, contract, outputs: new CheckSampler(contract.output), traced: this.#call })
        .kind === 'error'
    )
      return undefined;
    const bytes = msgpackCodec.encode(returned);
    if (bytes.length > MAX_KEPT_BYTES) throw new RangeError(`reply of ${bytes.length} bytes cannot be kept`);
    return bytes;
  }

  /** Without its store nothing is run here, so asking again is safe. */
  #nothingRan(cause: unknown): never {
    if (!(cause instanceof MeshError)) throw cause;
    const { target } = this.#replayed;
    const message = `${target}: its kept replies cannot be read: ${cause.code}`;
    const details = { dependency: cause.target, code: cause.code };
    throw new MeshError('unavailable', { target, message, details, started: false, cause });
  }

  #reused(): MeshError {
    const { target } = this.#replayed;
    const message = `${target}: this idempotency key was used with another input`;
    const details = { field: 'Idempotency-Key', reason: 'idempotency_key_reused' };
    return new MeshError('bad_request', { target, message, details, started: false });
  }

  #stillRunning(): MeshError {
    const { target } = this.#replayed;
    return new MeshError('timeout', { target, details: { reason: 'idempotency_key_running' } });
  }
}
