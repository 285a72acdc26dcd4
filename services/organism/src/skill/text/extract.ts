import { Extracted } from './extracted.ts';
import { fromHtml } from './from-html.ts';
import { fromCsv, fromJson, fromMarkdown } from './from-others.ts';

export { BadContent } from './from-others.ts';

/** Types of content that can be read. */
export const contentTypes = ['html', 'markdown', 'csv', 'json', 'plain'] as const;
/** One of them. */
export type ContentType = (typeof contentTypes)[number];

const READERS: Readonly<Record<ContentType, (content: string) => Extracted>> = {
  html: fromHtml,
  markdown: fromMarkdown,
  csv: fromCsv,
  json: fromJson,
  plain: (content) => {
    const plain = new Extracted();
    plain.verbatim(content);
    return plain;
  },
};

/** Reads content as what it is said to be. @throws BadContent when it is something else */
export const extractAs = (content: string, type: ContentType): Extracted => READERS[type](content);
