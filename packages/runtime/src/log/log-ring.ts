/** Lines kept. */
const MAX_LINES = 2_000;
/** Longer lines are kept without their fields, in characters. */
const MAX_LINE = 4_096;
const MAX_MESSAGE = 2_000;

/** The newest lines of a log, as they were written: secrets hidden already. */
export class LogRing {
  readonly #lines: string[] = [];
  #next = 0;

  /** Takes one line of JSON. */
  write(line: string): void {
    this.#lines[this.#next] = line.length <= MAX_LINE ? line : shortened(line);
    this.#next = (this.#next + 1) % MAX_LINES;
  }

  /** Oldest first. */
  lines(): readonly string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}

function shortened(line: string): string {
  const { level, time, msg } = JSON.parse(line);
  return JSON.stringify({ level, time, msg: String(msg).slice(0, MAX_MESSAGE), shortened: true });
}
