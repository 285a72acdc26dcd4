import { JetStreamApiError } from '@nats-io/jetstream';
import { ClosedConnectionError, DrainingConnectionError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { isRecord, MeshError } from '@seedcore/protocol';
import { storageFull } from '../storage-full.ts';
import { StoreError } from '../store-error.ts';

const WRONG_SEQUENCE: ReadonlySet<number> = new Set([10071, 10164]);
/** Of an atomic batch: a message of it did not arrive or was refused, or too many are open. */
const INCOMPLETE: ReadonlySet<number> = new Set([10176, 10210]);
/** Of an atomic batch: one of its message ids is known. */
const REPEATED = 10201;
const STREAM_NOT_FOUND = 10059;
const TOO_LARGE = 10054;
/** Of the account, or of the whole broker. */
const NO_ROOM: ReadonlySet<number> = new Set([10002, 10023, 10047]);
const NO_LEADER: ReadonlySet<unknown> = new Set([10008, 10009]);

/** An answer of the JetStream API that is an error. */
export type ApiError = { readonly code: number; readonly err_code?: number; readonly description?: string };

/** True for the refusal of a compare-and-set. */
export const isWrongSequence = (error: ApiError): boolean => WRONG_SEQUENCE.has(error.err_code ?? 0);

/** True for the refusal of a batch that can be sent again. */
export const isIncomplete = (error: ApiError): boolean => INCOMPLETE.has(error.err_code ?? 0);

/** True for the refusal of a batch one message of which was written before. */
export const isRepeated = (error: ApiError): boolean => error.err_code === REPEATED;

/** The broker refused: nothing was written. */
export function refusal(target: string, error: ApiError): MeshError {
  const message = `${target}: ${error.description ?? 'refused by the broker'}`;
  const details = { err_code: error.err_code };
  if (NO_ROOM.has(error.err_code ?? 0)) return storageFull(target, details);
  if (error.err_code === TOO_LARGE) return new MeshError('bad_request', { target, message, details });
  if (error.err_code === STREAM_NOT_FOUND)
    return new MeshError('unavailable', { target, message: `${target}: not provisioned yet`, details });
  return new MeshError('unavailable', { target, message, details });
}

/** True for a refusal that means: nobody leads here at the moment. */
export const isLeaderless = (error: unknown): boolean =>
  error instanceof MeshError && isRecord(error.details) && NO_LEADER.has(error.details['err_code']);

/** True for what the client library says of a connection that takes nothing more. */
export const isEnding = (error: unknown): boolean =>
  error instanceof ClosedConnectionError || error instanceof DrainingConnectionError;

/** Whatever the client library threw, as what it means for the caller; our own errors pass. */
export function failure(target: string, error: unknown): MeshError | StoreError {
  if (error instanceof MeshError || error instanceof StoreError) return error;
  if (error instanceof JetStreamApiError)
    return refusal(target, { code: error.status, err_code: error.code, description: error.message });
  if (isEnding(error)) return new MeshError('not_connected', { target, cause: error, sent: false });
  if (noResponders(error))
    return new MeshError('unavailable', { target, message: `${target}: no stream takes it`, cause: error });
  if (error instanceof TimeoutError || error instanceof RequestError)
    return new MeshError('timeout', { target, cause: error });
  return new MeshError('internal', { target, cause: error });
}

function noResponders(error: unknown): boolean {
  if (error instanceof RequestError) return error.isNoResponders();
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}
