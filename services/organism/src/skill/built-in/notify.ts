import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';
import type { SkillContext } from '../skill-context.ts';
import { answerOf, webFailures } from './web-failures.ts';

/** Most tries of one webhook, and the pause before the second, which doubles; in ms. */
const MAX_TRIES = 3;
const PAUSE_MS = 1000;
const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 65_536;
const MAX_DATA = 16_384;

const failures = {
  ...webFailures,
  unknown_secret: z.strictObject({ secret_ref: z.string() }),
  refused: z.strictObject({ status: z.int() }).describe('the receiver says no, and would again'),
  not_delivered: z.strictObject({ tries: z.int(), last: z.string() }),
};

type Context = SkillContext<typeof failures>;

/** Tells somebody: everybody on the mesh by an event, or one receiver outside by a webhook. */
export const notify = defineSkill({
  name: 'notify',
  version: '1.0.0',
  doc: 'Tells everybody by an event, or a receiver outside by a webhook, which knows a repeat by its key.',
  input: z
    .strictObject({
      text: z.string().min(1).max(4000),
      channel: z.enum(['event', 'webhook']).default('event'),
      topic: z
        .string()
        .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be a-z first, then up to 63 of a-z 0-9 _ -')
        .default('notify')
        .describe('kind of the event'),
      data: z.unknown().optional().describe('at most 16 KiB of JSON'),
      url: z.string().min(1).max(2048).optional().describe('of the webhook; its host must be allowed'),
      secret_ref: z.string().max(64).optional().describe('name of a secret in SKILL_WEBHOOK_SECRETS'),
    })
    .refine(({ channel, url }) => (channel === 'webhook') === (url !== undefined), {
      message: 'belongs to a webhook, which needs it',
      path: ['url'],
    })
    .refine(({ channel, secret_ref }) => channel === 'webhook' || secret_ref === undefined, {
      message: 'belongs to a webhook',
      path: ['secret_ref'],
    })
    .refine(({ data }) => JSON.stringify(data ?? null).length <= MAX_DATA, {
      message: `more than ${MAX_DATA} characters of JSON`,
      path: ['data'],
    }),
  output: z.strictObject({
    id: z.string().describe('the same for every repeat'),
    status: z.int().optional().describe('what the receiver answered'),
    tries: z.int(),
  }),
  failures,
  idempotent: true,
  isolation: 'inline',
  role: 'S',
  limits: { timeoutMs: 60_000 },
  effects: ['notice.sent'],
  calls: ['web.fetch'],
  async run({ channel, url, secret_ref, text, topic, data }, context) {
    const id = context.idempotencyKey;
    const notice = { id, text, topic, ...(data === undefined ? {} : { data }) };
    if (channel === 'event' || url === undefined) {
      context.emit(topic, notice);
      return { id, tries: 1 };
    }
    const sent = await context.step('send', (key) =>
      deliver({ url, signedBy: secret_ref, key, body: JSON.stringify(notice) }, context),
    );
    return { id, ...sent };
  },
});

type Webhook = {
  readonly url: string;
  readonly signedBy: string | undefined;
  readonly key: string;
  readonly body: string;
};

async function deliver(hook: Webhook, context: Context): Promise<{ status: number; tries: number }> {
  let last = '';
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    if (tries > 1) await context.pause(PAUSE_MS * 2 ** (tries - 2) * (0.5 + context.random()));
    context.progress(`try ${tries} of ${MAX_TRIES}`);
    const outcome = await once(hook, context);
    if ('status' in outcome) return { status: outcome.status, tries };
    last = outcome.why;
  }
  return context.fail('not_delivered', { tries: MAX_TRIES, last });
}

/** One try: what the receiver said, or why it is worth another. */
async function once({ url, signedBy, key, body }: Webhook, context: Context) {
  const fetched = await context.fetch({
    ...{ url, method: 'POST', body, maxBytes: MAX_ANSWER, timeoutMs: TIMEOUT_MS, maxRedirects: 0 },
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    ...(signedBy === undefined ? {} : { signedBy }),
  });
  if (!fetched.ok && fetched.code === 'unreachable') return { why: fetched.why };
  if (!fetched.ok && fetched.code === 'unknown_secret')
    return context.fail('unknown_secret', { secret_ref: fetched.secret_ref });
  const { status } = answerOf(fetched, context);
  if (status >= 200 && status < 300) return { status };
  return status === 429 || status >= 500 ? { why: `status ${status}` } : context.fail('refused', { status });
}
