import { readFileSync } from 'node:fs';

/** The last lines of a log file; empty when it cannot be read. */
export function lastLogLines(file: string, count: number): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}
