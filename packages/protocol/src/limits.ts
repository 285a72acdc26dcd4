/** Deepest nesting of a body, counted on the bytes. */
export const MAX_NESTING = 64;
/** Most values (scalars and containers) in one body. */
export const MAX_VALUES = 1_000_000;
/** Longest subject in bytes; at 4 KiB the server hangs up. */
export const MAX_SUBJECT_BYTES = 1024;
/** Largest header block in bytes. */
export const MAX_HEADER_BYTES = 4096;
/** Longest text of an error header in characters. */
export const MAX_ERROR_HEADER = 512;
/** Longest error message in characters. */
export const MAX_ERROR_MESSAGE = 400;
/** Longest message of a refusal of bad input in characters. */
export const MAX_REFUSAL_MESSAGE = 200;
/** Longest deadline a call may carry in ms. */
export const MAX_DEADLINE_MS = 600_000;
/** Deadline of an endpoint that names none, in ms. */
export const DEFAULT_DEADLINE_MS = 5000;
/** Largest request or reply body of an endpoint that names no limit, in bytes. */
export const DEFAULT_MAX_BYTES = 8_388_608;
/** Largest body of any endpoint, in bytes. */
export const MAX_BODY_BYTES = 67_108_864;
/** A body larger than this travels by reference, in bytes. */
export const MAX_INLINE_BYTES = 262_144;
/** Largest reply that can be kept for an idempotency key, in bytes: it is stored as one record. */
export const MAX_KEPT_BYTES = 524_288;
/** Frames of a stream a reader may have on their way at once. */
export const MAX_CREDIT = 256;
/** Frames a reader asks for unless told otherwise. */
export const DEFAULT_CREDIT = 32;
/** Most hops of one call chain. */
export const MAX_HOPS = 8;
