import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Stands in for http_fetch, which reaches no page of a test: a page of words, and an image. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'known_pages',
  version: '0.0.1',
  doc: 'Knows two pages by heart.',
  input: z.strictObject({ url: z.url() }),
  output: z.strictObject({ status: z.int(), content_type: z.string(), body: z.string() }),
  idempotent: true,
  isolation: 'thread',
  role: 'E',
  run: ({ url }) =>
    url.endsWith('/image')
      ? { status: 200, content_type: 'image/png', body: '' }
      : { status: 200, content_type: 'text/plain', body: 'One two one; two ONE three' },
});
