import { StoreError } from '@seedcore/store';

/** What cannot be read, or was written by a newer program, is an answer; everything else is passed on. */
export function unreadable(error: unknown): { kind: 'corrupt'; why: string } {
  const known = error instanceof StoreError && (error.code === 'corrupt_record' || error.code === 'schema_newer');
  if (known) return { kind: 'corrupt', why: error.message };
  throw error;
}
