import { sha256 } from '@seedcore/protocol';

/**
 * Hash of the records of one group: SHA-256 over a line for each, in byte order of keys, of the key, NUL, the SHA-256 of its
 * stored bytes in hex, and a newline.
 */
export class GroupHash {
  readonly #lines: string[] = [];
  #last = '';

  /** @throws RangeError when `key` does not come after the one before */
  add(key: string, body: Uint8Array): void {
    if (key <= this.#last) throw new RangeError(`${key} does not come after ${this.#last}`);
    this.#last = key;
    this.#lines.push(`${key}\0${sha256(body)}\n`);
  }

  /** In hex. */
  hex(): string {
    return sha256(this.#lines.join(''));
  }
}

/** Hash of a whole backup: SHA-256 over a line for each group, of its bucket, NUL, its hash, and a newline. */
export const contentHash = (groups: readonly { readonly bucket: string; readonly sha256: string }[]): string =>
  sha256(groups.map(({ bucket, sha256: hash }) => `${bucket}\0${hash}\n`).join(''));
