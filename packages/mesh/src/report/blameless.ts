import { MeshError, type MeshErrorFacts } from '@seedcore/protocol';

const CONNECTION_LOST = 'connection_lost';
const PEER_RECONNECTING = 'peer_reconnecting';
/** What a callee gives as reason when the whole system sheds a class of calls. */
const BROWNOUT = 'brownout';

/** So long after a reconnect the others may still be on their way back, in ms. */
export const SETTLING_MS = 3_000;

/** The reply was lost with the connection, or may have been. */
export function connectionLost(facts: MeshErrorFacts): MeshError {
  return new MeshError('timeout', { ...facts, details: { reason: CONNECTION_LOST } });
}

/** Nobody listened, shortly after a reconnect, until there was no time left. */
export function peerReconnecting(facts: MeshErrorFacts): MeshError {
  return new MeshError('no_responder', { ...facts, details: { reason: PEER_RECONNECTING }, started: false });
}

/**
 * True for errors that say nothing about the target: a broker restart accuses nobody, an instance that is gone does not
 * accuse the others, and shedding the optional calls must not open a breaker for the critical ones.
 */
export function isBlameless(error: unknown): boolean {
  if (!(error instanceof MeshError)) return false;
  if (error.code === 'no_responder' && error.instance !== undefined) return true;
  const { details } = error;
  if (typeof details !== 'object' || details === null || !('reason' in details)) return false;
  return [CONNECTION_LOST, PEER_RECONNECTING, BROWNOUT].some((reason) => reason === details.reason);
}
