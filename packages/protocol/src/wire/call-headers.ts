import { formatTraceparent, type Trace } from '../call/trace.ts';
import type { Criticality } from '../language/endpoint.ts';
import { headerNames as h } from './header-names.ts';
import { formatPayloadRef, type PayloadRef } from './payload-ref.ts';

/** What a request says about its call; absent means the default named by the header's grammar. */
export type CallHeaders = {
  readonly deadlineMs?: number | undefined;
  readonly sentMs?: number | undefined;
  readonly call?: string | undefined;
  readonly chain: readonly string[];
  readonly attempt: number;
  readonly criticality?: Criticality | undefined;
  readonly contract?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly trace?: Trace | undefined;
  /** Frames the caller can take at first; absent: it wants one reply. */
  readonly stream?: number | undefined;
  /** The body is elsewhere. */
  readonly ref?: PayloadRef | undefined;
};

/**
 * The headers of a request as lines of a block, without the empty one at its end: the cheap way for whoever sends many. No value
 * may hold a line break; those of `CallHeaders` cannot.
 */
export function callHeaderLines(headers: CallHeaders): string {
  let lines = '';
  if (headers.deadlineMs !== undefined) lines += `${h.deadlineMs}: ${headers.deadlineMs}\r\n`;
  if (headers.sentMs !== undefined) lines += `${h.sentMs}: ${headers.sentMs}\r\n`;
  if (headers.call !== undefined) lines += `${h.call}: ${headers.call}\r\n`;
  if (headers.chain.length > 0) lines += `${h.chain}: ${headers.chain.length} ${headers.chain.join(',')}\r\n`;
  if (headers.attempt > 1) lines += `${h.attempt}: ${headers.attempt}\r\n`;
  if (headers.criticality !== undefined) lines += `${h.criticality}: ${headers.criticality}\r\n`;
  if (headers.contract !== undefined) lines += `${h.contract}: ${headers.contract}\r\n`;
  if (headers.idempotencyKey !== undefined) lines += `${h.idempotencyKey}: ${headers.idempotencyKey}\r\n`;
  if (headers.trace !== undefined) lines += `${h.traceparent}: ${formatTraceparent(headers.trace)}\r\n`;
  if (headers.stream !== undefined) lines += `${h.stream}: ${headers.stream}\r\n`;
  if (headers.ref !== undefined) lines += `${h.ref}: ${formatPayloadRef(headers.ref)}\r\n`;
  return lines;
}

/** The headers of a request as pairs; defaults are left out. */
export function writeCallHeaders(headers: CallHeaders): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const add = (name: string, value: string | number | undefined) =>
    value !== undefined && pairs.push([name, String(value)]);
  add(h.deadlineMs, headers.deadlineMs);
  add(h.sentMs, headers.sentMs);
  add(h.call, headers.call);
  if (headers.chain.length > 0) add(h.chain, `${headers.chain.length} ${headers.chain.join(',')}`);
  if (headers.attempt > 1) add(h.attempt, headers.attempt);
  add(h.criticality, headers.criticality);
  add(h.contract, headers.contract);
  add(h.idempotencyKey, headers.idempotencyKey);
  if (headers.trace !== undefined) add(h.traceparent, formatTraceparent(headers.trace));
  add(h.stream, headers.stream);
  if (headers.ref !== undefined) add(h.ref, formatPayloadRef(headers.ref));
  return pairs;
}
