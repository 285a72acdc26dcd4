import { copyFileSync, statSync, truncateSync } from 'node:fs';

const maxBytes = 10_000_000;

/** Keeps a log file that others append to below 10 MB: what is too much is moved to one older file. */
export function boundLog(file: string): void {
  try {
    if (statSync(file).size < maxBytes) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  } catch {
    // No log yet, or no room for the copy: the next look tries again.
  }
}
