/** What the reply subject of a delivery says about it. */
export type AckFacts = {
  readonly deliveries: number;
  readonly seq: number;
  /** Number of this delivery within its consumer. */
  readonly delivered: number;
  readonly at: Date;
  readonly pending: number;
};

/**
 * Reads `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<seq>.<delivered>.<nanoseconds>.<pending>[.…]`;
 * undefined for a subject of another kind.
 */
export function ackFacts(reply: string): AckFacts | undefined {
  const tokens = reply.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const first = tokens.length === 9 ? 4 : 6;
  const [deliveries, seq, delivered, nanos, pending] = tokens.slice(first, first + 5).map(Number);
  if (deliveries === undefined || seq === undefined || delivered === undefined) return undefined;
  return { deliveries, seq, delivered, at: new Date((nanos ?? 0) / 1e6), pending: pending ?? 0 };
}
