import { isRecord, subjects } from '@seedcore/protocol';
import type { Broker } from '../broker/broker.ts';
import { StoreError } from '../store-error.ts';
import { countersStream } from './counters-stream.ts';

const NO_BODY = new Uint8Array();
const INCREMENT = 'Nats-Incr';

/**
 * Adds to the sum on a subject of the counters; a repeat under the same `op` changes nothing.
 *
 * @returns the sum afterwards; undefined for a repeat, because what it came to then is not said
 */
export async function increment(
  broker: Broker,
  subject: string,
  { by, op }: { readonly by: number; readonly op: string },
): Promise<number | undefined> {
  const headers = [[INCREMENT, by < 0 ? String(by) : `+${by}`]] as const;
  const written = await broker.write(subject, NO_BODY, { messageId: `${subject}:${op}`, headers });
  return written.ok && !written.duplicate ? written.count : undefined;
}

/** The sum now, asked of the leader; 0 while nobody has added anything. @throws StoreError `corrupt_record` */
export async function readSum(broker: Broker, subject: string): Promise<number> {
  const last = await broker.last(subjects(broker.ns).stream(countersStream.name), subject, { fresh: true });
  if (last === undefined) return 0;
  const kept: unknown = JSON.parse(new TextDecoder().decode(last.body));
  const sum = isRecord(kept) ? Number(kept['val']) : Number.NaN;
  if (Number.isSafeInteger(sum)) return sum;
  throw new StoreError('corrupt_record', subject, 'it is no sum');
}
