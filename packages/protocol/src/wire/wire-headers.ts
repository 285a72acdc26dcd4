/** Headers of one message: names without regard to case, a name may occur more than once. */
export interface WireHeaders {
  /** True when the block could not be read: what it says is not known then. */
  readonly malformed?: boolean;
  /** The only value of a name; undefined when absent, the first one when repeated. */
  get(name: string): string | undefined;
  /** Every value of a name. */
  all(name: string): readonly string[];
  /** Names as they were written. */
  names(): readonly string[];
}

/** Headers out of plain pairs. */
export function wireHeaders(pairs: readonly (readonly [string, string])[]): WireHeaders {
  const lower = pairs.map(([name, value]) => [name.toLowerCase(), value] as const);
  const all = (name: string) => lower.filter(([known]) => known === name.toLowerCase()).map(([, value]) => value);
  return { get: (name) => all(name)[0], all, names: () => pairs.map(([name]) => name) };
}

/** No headers at all. */
export const noHeaders: WireHeaders = wireHeaders([]);

/** Headers nobody can read. */
export const malformedHeaders: WireHeaders = { ...noHeaders, malformed: true };
