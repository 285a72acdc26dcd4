import { isRecord } from '@seedcore/protocol';
import type { Broker, Stored } from '@seedcore/store';
import { jsonBytes } from '../record/task-shelf.ts';

/** Contests with another process over one message. */
const TRIES = 10;
const decoder = new TextDecoder();

/** A message that holds the newest generation of something: where it goes, and what it says. */
export type Generational = {
  readonly stream: string;
  readonly subject: string;
  readonly body: { readonly gen: number };
  /** True when nothing can be there yet, which spares a read. */
  readonly first: boolean;
};

/** Publishes `body` unless a newer generation, or the same one, is there already; repeating it changes nothing. */
export async function putNewer(broker: Broker, message: Generational): Promise<void> {
  let before = message.first ? undefined : await broker.last(message.stream, message.subject, { fresh: true });
  for (let tries = 0; tries < TRIES; tries++) {
    if (before !== undefined && generationOf(before) >= message.body.gen) return;
    const expect = before?.seq ?? 0;
    const written = await broker.write(message.subject, jsonBytes(message.body), { expect, group: message.stream });
    if (written.ok) return;
    before = await broker.last(message.stream, message.subject, { fresh: true });
  }
}

function generationOf(stored: Stored): number {
  try {
    const value: unknown = JSON.parse(decoder.decode(stored.body));
    return isRecord(value) && typeof value['gen'] === 'number' ? value['gen'] : 0;
  } catch {
    return 0; // somebody else's text: it may be replaced
  }
}
