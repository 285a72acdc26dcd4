import { time } from '@seedcore/protocol';
import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';
import { answerOf, webFailures } from './web-failures.ts';

const MIB = 1_048_576;
/** Most redirects that are followed. */
const MAX_REDIRECTS = 5;
/** Headers that say how a message travels, or to whom, are not a caller's to choose. */
const OURS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 -')
  .refine((name) => !OURS.has(name.toLowerCase()) && !/^proxy-/i.test(name), 'is not a header to be set');
const headerValue = z
  .string()
  .max(2048)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII');

/** Gets a page of the web, of the hosts that are allowed. */
export const httpFetch = defineSkill({
  name: 'http_fetch',
  version: '1.0.0',
  doc: 'Gets a page from an allowed host on the public internet; private addresses are never connected to.',
  input: z.strictObject({
    url: z.string().min(1).max(2048).describe('http or https, port 80 or 443, no user in it'),
    method: z.enum(['GET', 'HEAD']).default('GET'),
    headers: z
      .record(header, headerValue)
      .refine((headers) => Object.keys(headers).length <= 20, 'at most 20 headers')
      .default({})
      .describe('left behind when a redirect leads to another origin'),
    as: z.enum(['text', 'json', 'base64']).default('text'),
    max_bytes: z
      .int()
      .min(1)
      .max(5 * MIB)
      .default(MIB)
      .describe('when nothing is compressed any more'),
    timeout_ms: z.int().min(100).max(30_000).default(10_000).describe('for everything, redirects included'),
  }),
  output: z.strictObject({
    status: z.int(),
    final_url: z.string(),
    content_type: z.string().describe('empty when there was none'),
    headers: z.record(z.string(), z.string()),
    body: z.unknown().describe('text, base64 text, or what the JSON says'),
    bytes: z.int().nonnegative(),
    redirects: z.int().nonnegative(),
    fetched_at: time,
  }),
  failures: { ...webFailures, not_json: z.strictObject({ why: z.string() }) },
  idempotent: true,
  isolation: 'thread',
  role: 'E',
  limits: { timeoutMs: 45_000 },
  consumes: ['url'],
  produces: ['page'],
  calls: ['web.fetch'],
  async run({ url, method, headers, as, max_bytes, timeout_ms }, context) {
    const limits = { maxBytes: max_bytes, timeoutMs: timeout_ms, maxRedirects: MAX_REDIRECTS };
    const fetched = await context.fetch({ url, method, headers, ...limits });
    if (!fetched.ok && fetched.code === 'unknown_secret') throw new TypeError('nothing was to be signed');
    const answer = answerOf(fetched, context);
    const content_type = answer.headers['content-type'] ?? '';
    return {
      status: answer.status,
      final_url: answer.finalUrl,
      content_type,
      headers: { ...answer.headers },
      body: bodyAs(as, { body: answer.body, content_type }, (why) => context.fail('not_json', { why })),
      bytes: answer.body.length,
      redirects: answer.redirects,
      fetched_at: new Date(context.now()).toISOString(),
    };
  },
});

type Body = { readonly body: Uint8Array; readonly content_type: string };

function bodyAs(
  as: 'text' | 'json' | 'base64',
  { body, content_type }: Body,
  notJson: (why: string) => never,
): unknown {
  if (as === 'base64') return Buffer.from(body).toString('base64');
  const text = decoderOf(content_type).decode(body);
  if (as === 'text') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    return notJson(cause instanceof Error ? cause.message.slice(0, 200) : 'it does not parse');
  }
}

/** A decoder of the charset a page names; UTF-8 for one that nobody knows. */
function decoderOf(contentType: string) {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch (cause) {
    if (cause instanceof RangeError) return new TextDecoder();
    throw cause;
  }
}
