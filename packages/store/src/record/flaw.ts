import type { Rev } from '../bucket.ts';

/** What is wrong with a record: nobody can read it, or a newer program wrote it. */
export type FlawKind = 'corrupt_record' | 'newer_schema';

/** A record this program met that it will not write over, with the bytes that are stored. */
export type Flaw = {
  /** Without the namespace. */
  readonly bucket: string;
  readonly key: string;
  readonly rev: Rev;
  readonly kind: FlawKind;
  /** False for a newer one that today's schema accepts. */
  readonly readable: boolean;
  readonly body: Uint8Array;
};

/** Hears of flaws, again whenever one is met again: it is to be quick. */
export type OnFlaw = (flaw: Flaw) => void;

/** Schema version that stored bytes tell of; 0 for what tells none. */
export function storedVersion(body: Uint8Array): number {
  try {
    const version: unknown = Reflect.get(Object(JSON.parse(new TextDecoder().decode(body))), '_v');
    return typeof version === 'number' ? version : 0;
  } catch {
    return 0; // no JSON: corrupt, whatever version it was
  }
}
