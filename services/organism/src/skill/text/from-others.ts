import { isRecord } from '@seedcore/protocol';
import { CsvError, parse } from 'csv-parse/sync';
import { marked } from 'marked';
import { Extracted, MOST, type Table } from './extracted.ts';
import { fromHtml } from './from-html.ts';

/** Deepest JSON that is looked into. */
const MAX_DEPTH = 64;

/** Content is not of the type it was said to be. */
export class BadContent extends Error {
  override readonly name = 'BadContent';
}

/** The same of Markdown with GitHub's tables, HTML in it included; its title is that of its first heading. */
export function fromMarkdown(markdown: string): Extracted {
  const html = marked.parse(markdown, { async: false, gfm: true });
  const extracted = fromHtml(html);
  const heading = /<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1];
  if (extracted.title === undefined && heading !== undefined) extracted.title = fromHtml(heading).text || undefined;
  return extracted;
}

/** One table of comma-separated values, as RFC 4180 writes them; its text has a line for each row. */
export function fromCsv(csv: string): Extracted {
  const extracted = new Extracted();
  const rows = rowsOf(csv);
  for (const row of rows) extracted.verbatim(`${row.join('\t')}\n`);
  extracted.table(rows);
  return extracted;
}

/** @throws BadContent when it cannot be read */
function rowsOf(csv: string): Table {
  try {
    return parse(csv, { bom: true, relax_column_count: true, skip_empty_lines: true, to: MOST.rows * 10 });
  } catch (cause) {
    if (cause instanceof CsvError) throw new BadContent(cause.message.slice(0, 200), { cause });
    throw cause;
  }
}

/** The texts of a JSON value, each on a line; a list of records with plain fields is a table as well. */
export function fromJson(json: string): Extracted {
  const extracted = new Extracted();
  const value = parsed(json);
  if (isRecord(value) && typeof value['title'] === 'string') extracted.title = value['title'].slice(0, MOST.href);
  collect(value, extracted, 0);
  return extracted;
}

/** @throws BadContent when it does not parse */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new BadContent(cause instanceof Error ? cause.message.slice(0, 200) : 'it does not parse', { cause });
  }
}

function collect(value: unknown, extracted: Extracted, depth: number): void {
  if (depth > MAX_DEPTH) {
    extracted.truncated = true;
    return;
  }
  if (typeof value === 'string') extracted.verbatim(`${value}\n`);
  if (Array.isArray(value)) {
    extracted.table(recordsAsTable(value));
    for (const one of value) collect(one, extracted, depth + 1);
  } else if (isRecord(value)) for (const one of Object.values(value)) collect(one, extracted, depth + 1);
}

function recordsAsTable(list: readonly unknown[]): Table {
  const records = list.filter(isRecord);
  if (records.length === 0 || records.length < list.length) return [];
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].slice(0, MOST.cells);
  const flat = records.every((record) => Object.values(record).every((one) => typeof one !== 'object' || one === null));
  if (!flat) return [];
  return [columns, ...records.map((record) => columns.map((column) => String(record[column] ?? '')))];
}
