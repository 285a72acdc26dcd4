import { type Random, randomText } from '../random.ts';
import { ulidHex } from '../ulid.ts';

const HEX = '0123456789abcdef';
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Where a call stands in a trace. */
export type Trace = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean };

/**
 * Reads a `traceparent` header; undefined when it is malformed or all zero.
 *
 * @source W3C Trace Context, version 00
 */
export function parseTraceparent(text: string | undefined): Trace | undefined {
  const match = text === undefined ? undefined : TRACEPARENT.exec(text);
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The `traceparent` header of a trace. */
export function formatTraceparent(trace: Trace): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
}

/** A new trace. */
export function newTrace(random: Random): Trace {
  return { traceId: nonZeroHex(random, 32), spanId: nonZeroHex(random, 16), sampled: false };
}

/**
 * The trace of a call nobody began one for: its id, so that both ends agree on it without a word.
 *
 * @param id a ULID
 */
export function traceOfCall(id: string): Trace {
  const traceId = ulidHex(id);
  return { traceId, spanId: traceId.slice(16), sampled: false };
}

/** The same trace, one span further in. */
export function childTrace(parent: Trace, random: Random): Trace {
  return { ...parent, spanId: nonZeroHex(random, 16) };
}

/** The first digit is never zero, so no id is all zero. */
const nonZeroHex = (random: Random, length: number): string =>
  randomText(random, HEX.slice(1), 1) + randomText(random, HEX, length - 1);
