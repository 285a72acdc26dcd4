/** The last `count` lines of a text that hold anything. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

/** The last line of a text that holds anything, trimmed; empty when there is none. */
export function lastLine(text: string): string {
  return lastLines(text, 1).join('').trim();
}
