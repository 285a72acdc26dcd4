/** What the reply subject of a delivery says: its number within the consumer, its revision, how many are still to come. */
export type Delivery = { readonly nth: number; readonly revision: number; readonly pending: number };

/**
 * Reads `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<seq>.<nth>.<nanoseconds>.<pending>[.…]`;
 * undefined for a subject of another kind.
 */
export function deliveryOf(reply: string | undefined): Delivery | undefined {
  const tokens = reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const first = tokens.length === 9 ? 5 : 7;
  const [revision, nth, , pending] = tokens.slice(first, first + 4).map(Number);
  if (!Number.isSafeInteger(revision) || !Number.isSafeInteger(nth)) return undefined;
  return { nth: nth ?? 0, revision: revision ?? 0, pending: pending ?? 0 };
}
