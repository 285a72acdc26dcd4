import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

type Page = { status: number; content_type: string; body: string };

/** A skill as a person writes it: it calls another, tells how far it is, fails as declared, remembers, and emits. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'page_digest',
  version: '1.0.0',
  doc: 'Fetches a page, counts its words, remembers it, tells others.',
  input: z.strictObject({ url: z.url(), top: z.int().min(1).max(20).default(5) }),
  output: z.strictObject({ words: z.int(), top: z.array(z.object({ word: z.string(), n: z.int() })) }),
  failures: { not_text: z.object({ content_type: z.string() }) },
  idempotent: true,
  isolation: 'thread',
  role: 'E',
  limits: { timeoutMs: 20_000, silentMs: 15_000, memoryMb: 128, concurrency: 4 },
  uses: ['http_fetch'],
  consumes: ['url'],
  produces: ['word_counts'],
  async run({ url, top }, ctx) {
    ctx.progress('fetching', { pct: 0.1 });
    const page = await ctx.call<Page>('http_fetch', { url });
    if (!page.content_type.startsWith('text/')) ctx.fail('not_text', { content_type: page.content_type });
    const counts = new Map<string, number>();
    for (const word of page.body.toLowerCase().match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    ctx.progress(`counted ${counts.size} different words`, { pct: 0.9 });
    const ranked = [...counts]
      .map(([word, n]) => ({ word, n }))
      .sort((a, b) => b.n - a.n || (a.word < b.word ? -1 : 1));
    ctx.memory.put('last_page', { url, words: ranked.length });
    ctx.emit('page_digested', { url });
    return { words: ranked.length, top: ranked.slice(0, top) };
  },
});
