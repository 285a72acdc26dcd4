import { type KeptRecord, sameBytes, updatedMs } from './kept-record.ts';

/** What a restore does about one key; `over` is the revision it was seen at, 0 for none. */
export type PlannedChange =
  | { readonly kind: 'write' | 'remove'; readonly over: number }
  /** It is as the backup has it. */
  | { readonly kind: 'same' }
  /** The live record is as new, or does not say how old it is. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'none' };

/** Decides about one key by what the backup and the live bucket have of it. */
export function plannedChange(
  mode: 'merge' | 'replace',
  kept: KeptRecord | undefined,
  live: KeptRecord | undefined,
): PlannedChange {
  if (kept === undefined)
    return live !== undefined && mode === 'replace' ? { kind: 'remove', over: live.rev } : { kind: 'none' };
  if (live === undefined) return { kind: 'write', over: 0 };
  if (sameBytes(kept, live)) return { kind: 'same' };
  return mode === 'replace' || isOlder(live, kept) ? { kind: 'write', over: live.rev } : { kind: 'keep' };
}

function isOlder(live: KeptRecord, kept: KeptRecord): boolean {
  const [then, now] = [updatedMs(kept), updatedMs(live)];
  return then !== undefined && now !== undefined && now < then;
}
