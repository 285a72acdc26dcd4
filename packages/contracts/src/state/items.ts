import { endpoint, failure, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { conflict, contended, corruptRecord, revision } from './refusals.ts';

/** Longest key of an item, in bytes of UTF-8. */
const MOST_KEY_BYTES = 256;

const age = z.number().nonnegative();
const count = z.int().nonnegative();
const key = z
  .string()
  .min(1)
  .max(MOST_KEY_BYTES)
  .refine((text) => text.isWellFormed() && new TextEncoder().encode(text).length <= MOST_KEY_BYTES, {
    message: `must be well-formed text of at most ${MOST_KEY_BYTES} bytes`,
  })
  .meta({ example: 'weather:oslo' });
const scope = z
  .string()
  .regex(/^(global|(organ|agent):[A-Za-z0-9_-]{1,64})$/, 'must be global, organ:<id> or agent:<id>')
  .describe('whose it is; part of the key');
const seconds = z.int().min(1).max(86_400);
const itemStore = z.enum(['mw', 'shared_cache']);
const missStore = z.enum(['mw', 'shared_cache', 'miss_tracker']);
const tooLarge = z.strictObject({ of: z.enum(['bytes', 'keys']), limit: z.int(), got: z.int() });

/** Which item is meant. */
type Meant = { readonly store: string; readonly scope: string };

const isGlobal = ({ store, scope }: Meant): boolean => store !== 'shared_cache' || scope === 'global';
const globalOnly = { message: 'must be global: shared_cache is shared by everybody', path: ['scope'] };

/** How often a key was asked for in vain, as `miss_tracker` takes it. */
const misses = z.strictObject({ incr: z.int().min(1).max(1000) });

/** Working memory: short-lived values that many processes share. */
export const itemEndpoints = {
  get_item: endpoint({
    doc: 'A value of working memory or of the shared cache; made if asked to, or a claim to make it. miss_tracker: {count, max_error} of the last hour.',
    input: z
      .strictObject({
        store: missStore.default('mw'),
        key,
        scope: scope.default('global'),
        if_absent: z.json().optional().describe('written if there is no value; exactly one of many callers creates it'),
        ttl_s: seconds.optional().describe('of if_absent; 900 in mw, 3600 in shared_cache'),
        claim: z.boolean().default(false).describe('on a miss one caller is to make the value: it gets a token'),
        claim_ttl_ms: z.int().min(1).max(60_000).default(5000),
        wait_ms: z.int().min(0).max(2000).default(0).describe('how long to wait for whoever makes the value'),
        max_age_ms: age.optional().describe('of what this replica remembers; 0 asks the leader'),
      })
      .refine(isGlobal, globalOnly)
      .refine(({ store, if_absent }) => store !== 'miss_tracker' || if_absent === undefined, {
        message: 'counts are not made by a value: use set_item {incr}',
        path: ['if_absent'],
      })
      .refine(({ store, claim }) => store !== 'miss_tracker' || !claim, {
        message: 'counts cannot be claimed',
        path: ['claim'],
      }),
    output: z.strictObject({
      found: z.boolean(),
      value: z.json().optional().describe('null is a value'),
      created: z.boolean().describe('by this call, out of if_absent'),
      negative: z.boolean().describe('somebody said that there is no value'),
      revision: revision.describe('0 for nothing'),
      age_ms: age.describe('since this replica last compared it with the leader'),
      level: z.enum(['L1', 'L2']).describe('L1: memory of this replica; L2: the bucket'),
      claim: z.strictObject({ token: id, expires_at: time }).optional(),
      filling: z.boolean().describe('somebody holds the claim and makes the value'),
    }),
    failures: { too_large: tooLarge, contended, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
    degradable: true,
  }),
  set_item: endpoint({
    doc: 'Writes a value, or that there is none. miss_tracker: counts misses; a repeat counts again.',
    input: z
      .strictObject({
        store: missStore.default('mw'),
        key,
        scope: scope.default('global'),
        value: z.json().optional().describe('null is a value; for miss_tracker {incr: 1 to 1000}'),
        negative: z.boolean().default(false).describe('there is no value, and nobody is to look for it'),
        ttl_s: seconds.optional().describe('900 in mw, 3600 in shared_cache, 30 when negative'),
        expected_revision: revision.optional().describe('write only over this revision; 0 = must not exist'),
        claim_token: id.optional().describe('write only while the claim is held'),
      })
      .refine(isGlobal, globalOnly)
      .refine(({ value, negative }) => (value === undefined) === negative, {
        message: 'give a value or negative: true',
        path: ['value'],
      })
      .refine(({ store, value }) => store !== 'miss_tracker' || misses.safeParse(value).success, {
        message: 'miss_tracker takes {incr: 1 to 1000}',
        path: ['value'],
      })
      .meta({ example: { key: 'weather:oslo', value: { celsius: 4 } } }),
    output: z.strictObject({
      revision: revision.describe('0 for miss_tracker'),
      expires_at: time,
    }),
    failures: {
      conflict,
      claim_lost: failure(z.strictObject({ current_revision: revision }), { status: 409 }),
      too_large: tooLarge,
      contended,
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  delete_item: endpoint({
    doc: 'Removes a value; whoever holds a claim to make it loses that.',
    input: z
      .strictObject({
        store: itemStore.default('mw'),
        key,
        scope: scope.default('global'),
        expected_revision: revision.optional(),
      })
      .refine(isGlobal, globalOnly),
    output: z.strictObject({ deleted: z.boolean() }),
    failures: { conflict, contended, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  get_top_misses: endpoint({
    doc: 'What was most often asked for in vain, estimated within max_error, added up over all replicas.',
    input: z.strictObject({
      store: missStore.optional(),
      window_s: seconds.default(3600).describe('widened to whole hours'),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.strictObject({
      misses: z.array(
        z.strictObject({
          key: z.string(),
          scope: z.string(),
          store: missStore,
          count: count.describe('at most max_error above the truth'),
          max_error: count,
        }),
      ),
      total: count.describe('misses of all keys'),
      replicas: count.describe('whose counts are in it; what others counted comes within 10 s'),
      window: z.strictObject({ from: time, to: time }),
    }),
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
  }),
};
