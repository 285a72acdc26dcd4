import { PubHeaders } from '@nats-io/jetstream';
import type { WriteOptions } from '../broker/broker.ts';

/** One header. */
export type Pair = readonly [string, string];

/** How a message is to be written, as the broker reads it. */
export function pairsOf(options: WriteOptions): readonly Pair[] {
  const pairs: Pair[] = [...(options.headers ?? [])];
  if (options.expect !== undefined) pairs.push([PubHeaders.ExpectedLastSubjectSequenceHdr, String(options.expect)]);
  if (options.ttlMs !== undefined) pairs.push([PubHeaders.MessageTTL, `${wholeSeconds(options.ttlMs)}s`]);
  if (options.due !== undefined)
    pairs.push(['Nats-Schedule', `@at ${options.due.at.toISOString()}`], ['Nats-Schedule-Target', options.due.target]);
  if (options.messageId !== undefined) pairs.push([PubHeaders.MsgIdHdr, options.messageId]);
  return pairs;
}

/** The broker counts in whole seconds and refuses less than one. */
const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
