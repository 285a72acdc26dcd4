import type { Random } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import { subjectMatches } from './subject-match.ts';

/** What can happen to a message on its way to one receiver. */
export type FaultKind = 'drop' | 'delay' | 'duplicate' | 'reorder' | 'corrupt';

/** Longest way of a message that `reorder` befalls, in ms. */
export const REORDER_MS = 10;

/** A fault of a share of the messages whose subject matches. */
export type SubjectFault = {
  readonly kind: FaultKind;
  readonly pattern: string;
  /** 0 to 1, by chance. */
  readonly share: number;
  /** Of `delay`: exactly; of `reorder`: at most. */
  readonly ms: number;
};

/** One arrival of a message. */
export type Arrival = { readonly message: WireMessage; readonly afterMs: number };

/**
 * What becomes of a message on its way to one receiver: nothing, one arrival, or several.
 *
 * @param befallen told the kind of each fault that befell it
 */
export function arrivals(
  message: WireMessage,
  faults: Iterable<SubjectFault>,
  random: Random,
  befallen: (kind: FaultKind) => void = () => {},
): readonly Arrival[] {
  let expected: readonly Arrival[] = [{ message, afterMs: 0 }];
  for (const fault of faults) {
    if (!subjectMatches(fault.pattern, message.subject)) continue;
    if (fault.share < 1 && random.next() >= fault.share) continue;
    befallen(fault.kind);
    expected = expected.flatMap((one) => befall(one, fault, random));
  }
  return expected;
}

function befall({ message, afterMs }: Arrival, { kind, ms }: SubjectFault, random: Random): readonly Arrival[] {
  const as: Readonly<Record<FaultKind, () => readonly Arrival[]>> = {
    drop: () => [],
    delay: () => [{ message, afterMs: afterMs + ms }],
    duplicate: () => [
      { message, afterMs },
      { message, afterMs },
    ],
    // Late by chance: what was sent later may overtake it.
    reorder: () => [{ message, afterMs: afterMs + random.next() * ms }],
    corrupt: () => [{ message: withData(message, flipped(message.data, random)), afterMs }],
  };
  return as[kind]();
}

/** Spelt out, because a message of a real broker reads its parts only when they are asked for. */
const withData = ({ subject, reply, headers, status }: WireMessage, data: Uint8Array): WireMessage => ({
  subject,
  reply,
  headers,
  data,
  status,
});

/** The same bytes with one bit changed; nothing of no bytes. */
function flipped(data: Uint8Array, random: Random): Uint8Array {
  const bytes = data.slice();
  const bit = Math.floor(random.next() * bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}
