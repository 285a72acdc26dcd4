import type { WireHeaders } from '@seedcore/protocol';

/** Header by which a key-value bucket marks a removal. */
export const KV_OPERATION = 'KV-Operation';
/** Header the broker puts on what it leaves of a value whose time ran out. */
const MARKER_REASON = 'Nats-Marker-Reason';
/** Header a stored message carries its revision in when it is read directly. */
export const SEQUENCE = 'Nats-Sequence';

/** True when the newest message of a key says that the key has no value: removed, purged, or expired. */
export const isMarker = (headers: WireHeaders): boolean =>
  headers.get(KV_OPERATION) !== undefined || headers.get(MARKER_REASON) !== undefined;
