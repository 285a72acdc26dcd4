/** A link of a text. */
export type Link = { readonly href: string; readonly text: string };
/** Rows of cells. */
export type Table = string[][];

/** Most of each that is brought. */
export const MOST = { text: 1_048_576, links: 1000, tables: 20, rows: 1000, cells: 100, href: 2048 } as const;

/** What a text holds, as far as there is room; says whether something was left out. */
export class Extracted {
  title: string | undefined;
  readonly links: Link[] = [];
  readonly tables: Table[] = [];
  truncated = false;
  readonly #parts: string[] = [];
  #length = 0;
  #gap: '' | ' ' | '\n' = '';

  /** Adds words; runs of white space are one space, or one line break where a block ends. */
  say(words: string): void {
    const lead = /^\s/.test(words) ? ' ' : '';
    const plain = words.replace(/\s+/g, ' ').trim();
    if (lead !== '' && this.#gap === '') this.#gap = ' ';
    if (plain === '') return;
    this.verbatim(this.#parts.length === 0 ? plain : `${this.#gap}${plain}`);
    this.#gap = /\s$/.test(words) ? ' ' : '';
  }

  /** A block ends here. */
  newLine(): void {
    this.#gap = '\n';
  }

  /** Adds text as it is. */
  verbatim(text: string): void {
    const room = MOST.text - this.#length;
    if (text.length > room) this.truncated = true;
    if (room <= 0) return;
    this.#parts.push(text.slice(0, room));
    this.#length += Math.min(room, text.length);
  }

  link(href: string, text: string): void {
    if (this.links.length >= MOST.links || href.length > MOST.href) this.truncated = true;
    else this.links.push({ href, text: text.slice(0, 200) });
  }

  /** A table as far as there is room; one without cells is none. */
  table(rows: Table): void {
    const fitting = rows.slice(0, MOST.rows).map((row) => row.slice(0, MOST.cells));
    if (rows.length > MOST.rows || rows.some((row) => row.length > MOST.cells)) this.truncated = true;
    if (!fitting.some((row) => row.length > 0)) return;
    if (this.tables.length >= MOST.tables) this.truncated = true;
    else this.tables.push(fitting);
  }

  get text(): string {
    return this.#parts.join('');
  }
}
