import { isRecord, MeshError } from '@seedcore/protocol';
import type { ServerReply } from '../reply/reply.ts';

/** Hashes of the contract a caller was written against, if it says so, and of the one served here. */
export type Contracts = { readonly theirs: string | undefined; readonly ours: string };

/** A caller with another contract is served; when it gets a `bad_request`, that may be why, so both are named. */
export function namingContracts(reply: ServerReply, { theirs, ours }: Contracts): ServerReply {
  if (reply.kind !== 'error' || reply.error.code !== 'bad_request') return reply;
  if (theirs === undefined || theirs === ours) return reply;
  const { error } = reply;
  const details = { ...(isRecord(error.details) ? error.details : {}), contract: { yours: theirs, ours } };
  return { ...reply, error: new MeshError('bad_request', { ...error, message: error.message, details }) };
}
