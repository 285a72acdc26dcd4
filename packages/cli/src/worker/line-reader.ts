/** Longest line that is handed on, in characters. */
export const MAX_LINE = 2000;

/** Makes lines of bytes as they come; of a line without end only its beginning is kept. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    const lines = `${this.#rest}${this.#decoder.decode(bytes, { stream: true })}`.split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) this.#hand(line);
  }

  /** There is nothing more to come. */
  end(): void {
    this.#hand(this.#rest);
    this.#rest = '';
  }

  #hand(line: string): void {
    const text = line.trimEnd().slice(0, MAX_LINE);
    if (text !== '') this.#onLine(text);
  }
}
