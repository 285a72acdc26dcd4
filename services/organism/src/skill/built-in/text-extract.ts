import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';
import { entitiesOf } from '../text/entities.ts';
import type { Extracted } from '../text/extracted.ts';

const MAX_CONTENT = 2 * 1_048_576;
const part = z.enum(['text', 'title', 'links', 'tables', 'entities', 'words']);
type Part = z.output<typeof part>;

/** Reads what a page or a file says: its text, and what can be told by its form. */
export const textExtract = defineSkill({
  name: 'text_extract',
  version: '1.0.0',
  doc: 'Text, title, links, tables and entities of HTML, Markdown, CSV, JSON or plain text; runs and fetches nothing.',
  input: z.strictObject({
    content: z.string().max(MAX_CONTENT),
    content_type: z.enum(['html', 'markdown', 'csv', 'json', 'plain']).default('plain'),
    want: z.array(part).min(1).max(6).optional().describe('left out: everything'),
  }),
  output: z.strictObject({
    text: z.string().optional(),
    title: z.string().optional(),
    links: z.array(z.strictObject({ href: z.string(), text: z.string() })).optional(),
    tables: z.array(z.array(z.array(z.string()))).optional(),
    entities: z
      .strictObject({
        emails: z.array(z.string()),
        urls: z.array(z.string()),
        dates: z.array(z.string()).describe('as ISO 8601 writes them; others are not guessed at'),
        numbers: z.array(z.number()),
      })
      .optional(),
    words: z.int().nonnegative().optional(),
    truncated: z.boolean().describe('there is more than 1 MiB of text, 1,000 links, 20 tables or 1,000 of an entity'),
  }),
  failures: { bad_content: z.strictObject({ content_type: z.string(), why: z.string() }) },
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 20_000, memoryMb: 512 },
  graceMs: 200,
  respawn: false,
  consumes: ['page'],
  produces: ['text'],
  async run({ content, content_type, want = part.options }, context) {
    // Its libraries are loaded where it runs, not by everybody who lists it.
    const { BadContent, extractAs } = await import('../text/extract.ts');
    try {
      const extracted = extractAs(content, content_type);
      context.progress(`read ${content.length} characters`, { pct: 0.5 });
      return wanted(extracted, new Set(want));
    } catch (cause) {
      if (!(cause instanceof BadContent)) throw cause;
      return context.fail('bad_content', { content_type, why: cause.message });
    }
  },
});

function wanted(extracted: Extracted, want: ReadonlySet<Part>) {
  const { text, title, links, tables, truncated } = extracted;
  const { entities, more } = want.has('entities') ? entitiesOf(text) : { entities: undefined, more: false };
  return {
    ...(want.has('text') ? { text } : {}),
    ...(want.has('title') && title !== undefined ? { title } : {}),
    ...(want.has('links') ? { links } : {}),
    ...(want.has('tables') ? { tables } : {}),
    ...(entities === undefined ? {} : { entities }),
    ...(want.has('words') ? { words: text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0 } : {}),
    truncated: truncated || more,
  };
}
