/** Headers of one message: names without regard to case, a name may occur more than once. */
export interface WireHeaders {
  /** True when the block could not be read: what it says is not known then. */
  readonly malformed?: boolean;
  /** Names as they were written, each followed by its value. */
  readonly fields: readonly string[];
  /** Of all names and values in UTF-8, with what keeps them apart. */
  readonly bytes: number;
  /** The only value of a name; undefined when absent, the first one when repeated. */
  get(name: string): string | undefined;
  /** Every value of a name. */
  all(name: string): readonly string[];
  /** Names as they were written. */
  names(): readonly string[];
}

/** Colon and space behind a name, CR LF behind a value. */
export const BYTES_BESIDE_FIELD = 4;

/** Headers by their fields: they are few, so that looking through them is cheaper than any table. */
export class HeaderFields implements WireHeaders {
  readonly fields: readonly string[];
  readonly bytes: number;

  constructor(fields: readonly string[], bytes: number) {
    this.fields = fields;
    this.bytes = bytes;
  }

  get(name: string): string | undefined {
    const { fields } = this;
    for (let i = 0; i < fields.length; i += 2) if (isSameName(fields[i] ?? '', name)) return fields[i + 1];
    return undefined;
  }

  all(name: string): readonly string[] {
    return this.fields.filter((_, i) => i % 2 === 1 && isSameName(this.fields[i - 1] ?? '', name));
  }

  names(): readonly string[] {
    return this.fields.filter((_, i) => i % 2 === 0);
  }
}

const isSameName = (one: string, other: string): boolean =>
  one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());

/** Headers out of plain pairs. */
export function wireHeaders(pairs: readonly (readonly [string, string])[]): WireHeaders {
  const fields = pairs.flat();
  const bytes = fields.reduce((sum, text) => sum + Buffer.byteLength(text), BYTES_BESIDE_FIELD * pairs.length);
  return new HeaderFields(fields, bytes);
}

/** No headers at all. */
export const noHeaders: WireHeaders = {
  fields: [],
  bytes: 0,
  get: () => undefined,
  all: () => [],
  names: () => [],
};

/** Headers nobody can read. */
export const malformedHeaders: WireHeaders = { ...noHeaders, malformed: true };
