/**
 * SHA-256 of release archives that were compared by hand, by file name. None of the recommended release is listed yet;
 * an archive without an entry is checked against the release's own SHA256SUMS alone, and the resolver says so.
 */
export const pinnedHashes: Readonly<Record<string, string>> = {};

/** What is known about one downloaded archive. */
export interface ArchiveEvidence {
  readonly file: string;
  /** SHA-256 of the bytes received, lower-case hex. */
  readonly sha256: string;
  /** Text of the release's SHA256SUMS. */
  readonly sums: string;
  /** Hash pinned for this file, if one is. */
  readonly pinned: string | undefined;
}

/** Whether an archive may be unpacked, and on whose word. */
export type ArchiveVerdict =
  | { readonly ok: true; readonly checkedAgainst: string }
  | { readonly ok: false; readonly why: string };

/** Finds the hash of `file` in the text of a SHA256SUMS file. */
export function listedHash(sums: string, file: string): string | undefined {
  const lines = sums.split('\n').map((line) => line.trim().split(/\s+\*?/));
  return lines.find(([hash, name]) => name === file && /^[0-9a-fA-F]{64}$/.test(hash ?? ''))?.[0]?.toLowerCase();
}

/** Decides whether an archive is what the release says it is. */
export function judgeArchive({ file, sha256, sums, pinned }: ArchiveEvidence): ArchiveVerdict {
  const listed = listedHash(sums, file);
  if (!listed) return { ok: false, why: `SHA256SUMS of the release does not list ${file}` };
  if (listed !== sha256) return { ok: false, why: `SHA-256 of ${file} is ${sha256}, SHA256SUMS says ${listed}` };
  if (pinned === undefined) return { ok: true, checkedAgainst: 'SHA256SUMS alone (no pinned hash for this version)' };
  if (pinned !== sha256) return { ok: false, why: `SHA-256 of ${file} is ${sha256}, the pinned hash is ${pinned}` };
  return { ok: true, checkedAgainst: 'SHA256SUMS and the pinned hash' };
}
