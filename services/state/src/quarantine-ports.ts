import type { Flawed } from './domain/flaw-book.ts';

/** A corrupt record with the bytes that are stored. */
export type CorruptRecord = Flawed & { readonly body: Uint8Array };

/** Where copies of corrupt records are kept, for 30 days. */
export interface QuarantineShelf {
  /** Keeps a copy; false when there is one of that revision. @throws MeshError when the broker is out of reach, or full */
  keep(record: CorruptRecord): Promise<boolean>;
  /** Those of the records that have another revision by now, or are gone. @throws MeshError as above */
  changed(records: readonly Flawed[]): Promise<readonly Flawed[]>;
}
