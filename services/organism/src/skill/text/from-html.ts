import { Parser } from 'htmlparser2';
import { Extracted, MOST, type Table } from './extracted.ts';

/** What holds no text for a reader. */
const SILENT: ReadonlySet<string> = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'svg',
  'head',
  'iframe',
  'object',
]);
const BLOCKS: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr li main nav ol option p pre section table td th title tr ul'
  ).split(' '),
);
const CELLS: ReadonlySet<string> = new Set(['td', 'th']);

/** Addresses that run something or carry something with them lead nowhere. */
const NO_LINK = /^\s*(?:javascript|data|vbscript|blob):/i;

type OpenLink = { readonly href: string; words: string };
type OpenTable = { readonly rows: Table; cell: string | undefined };

/** Reads text, title, links and tables out of HTML, however broken; nothing is run, nothing is fetched. */
export function fromHtml(html: string): Extracted {
  const reader = new HtmlReader();
  const parser = new Parser(reader, { decodeEntities: true });
  parser.write(html);
  parser.end();
  return reader.extracted;
}

class HtmlReader {
  readonly extracted = new Extracted();
  readonly #links: OpenLink[] = [];
  readonly #tables: OpenTable[] = [];
  #silent = 0;
  #title: string | undefined;

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    if (SILENT.has(name)) this.#silent++;
    if (name === 'title') this.#title ??= '';
    if (BLOCKS.has(name)) this.extracted.newLine();
    if (name === 'a') this.#links.push({ href: attributes['href'] ?? '', words: '' });
    if (name === 'table') this.#tables.push({ rows: [], cell: undefined });
    const table = this.#tables.at(-1);
    if (name === 'tr') table?.rows.push([]);
    if (CELLS.has(name) && table !== undefined) table.cell = '';
  }

  ontext(words: string): void {
    if (this.#title !== undefined && this.extracted.title === undefined) {
      this.#title = `${this.#title}${words}`.slice(0, MOST.href);
      return;
    }
    if (this.#silent > 0) return;
    this.extracted.say(words);
    const link = this.#links.at(-1);
    if (link !== undefined && link.words.length < MOST.href) link.words += words;
    const table = this.#tables.at(-1);
    if (table?.cell !== undefined) table.cell += words;
  }

  onclosetag(name: string): void {
    if (SILENT.has(name)) this.#silent = Math.max(0, this.#silent - 1);
    if (name === 'title') this.#titleEnds();
    if (BLOCKS.has(name)) this.extracted.newLine();
    if (name === 'a') this.#linkEnds();
    if (CELLS.has(name)) this.#cellEnds();
    if (name === 'table') this.extracted.table(this.#tables.pop()?.rows ?? []);
  }

  #titleEnds(): void {
    this.extracted.title ??= squeezed(this.#title ?? '') || undefined;
    this.#title = undefined;
  }

  #linkEnds(): void {
    const link = this.#links.pop();
    if (link === undefined || link.href === '' || NO_LINK.test(link.href)) return;
    this.extracted.link(link.href.trim(), squeezed(link.words));
  }

  #cellEnds(): void {
    const table = this.#tables.at(-1);
    if (table?.cell === undefined) return;
    if (table.rows.length === 0) table.rows.push([]);
    table.rows.at(-1)?.push(squeezed(table.cell));
    table.cell = undefined;
  }
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
