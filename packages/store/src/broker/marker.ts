import type { Stored } from './broker.ts';

/** Header by which a key-value bucket marks a removal. */
export const KV_OPERATION = 'KV-Operation';
/** Header the broker puts on the marker it leaves for a message whose time ran out. */
export const MARKER_REASON = 'Nats-Marker-Reason';

/** True when the newest message of a key says that the key has no value: removed, purged, or expired. */
export const isMarker = (message: Stored): boolean =>
  message.header(KV_OPERATION) !== undefined || message.header(MARKER_REASON) !== undefined;
