import { type Codec, codecs, inputSchema, isRecord } from '@seedcore/protocol';
import { misfits, provoke, reaches, type SchemaNode, typed, verdictOn } from '@seedcore/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyEndpoint, type Target } from './corpus.ts';
import { alongSchema, byteChanges, changed } from './grammar.ts';

/** Inputs of one run: ten thousand in CI, a million in the nightly script. */
const RUNS = Number(process.env['SEEDCORE_FUZZ_RUNS'] ?? 10_000);
/** What the inputs are drawn with; the changes to their bytes are drawn anew in every run, and shrunk. */
const SEED = Number(process.env['SEEDCORE_FUZZ_SEED'] ?? 1);

type Seedling = {
  readonly target: Target;
  readonly schema: SchemaNode;
  readonly codec: Codec;
  readonly bytes: Uint8Array;
};

/** Bodies along the schemas: fewer than runs, because drawing one costs more than answering it. */
const seedlings = everyEndpoint().flatMap((target): readonly Seedling[] => {
  const schema = inputSchema(target.endpoint.input);
  if (!isRecord(schema)) throw new TypeError(`${target.name} has no schema`);
  const values = fc.sample(alongSchema(schema), { numRuns: Math.ceil(RUNS / 800), seed: SEED });
  return values.flatMap((value) => codecs.map((codec) => ({ target, schema, codec, bytes: codec.encode(value) })));
});

/** How the inputs ended; a run that never gets one of the ends has tested nothing. */
const seen = { accepted: 0, undecodable: 0, unfit: 0 };

test(`${RUNS} inputs along the schemas (seed ${SEED}), their bytes changed: refused rightly, or taken because they fit`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(seedlings.length - 1), byteChanges, async (i, changes) => {
      const seedling = seedlings[i];
      if (seedling === undefined) return;
      const { target, schema, codec, bytes } = seedling;
      const body = changed(bytes, changes);
      await judged(
        { target, schema },
        { body, headers: typed(codec), verdict: verdictOn(target.endpoint, codec, body) },
      );
    }),
    { numRuns: RUNS },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 50);
});

type Sent = {
  readonly body: Uint8Array;
  readonly headers: ReturnType<typeof typed>;
  readonly verdict: ReturnType<typeof verdictOn>;
};

async function judged({ target, schema }: { target: Target; schema: SchemaNode }, sent: Sent): Promise<void> {
  const { service, name } = target;
  const { body, headers, verdict } = sent;
  if (verdict.fields.length === 0) {
    // No unexplained acceptance: what is taken fits what is published.
    if (verdict.decoded) expect(misfits(schema, verdict.value)).toEqual([]);
    await reaches(service, { name, body, headers });
    seen.accepted += 1;
    return;
  }
  const { details } = await provoke(service, { name, body, headers }, { code: 'bad_request' });
  expect(verdict.fields.map((field) => field.slice(0, 20))).toContain(
    isRecord(details) ? String(details['field']).slice(0, 20) : undefined,
  );
  seen[verdict.decoded ? 'unfit' : 'undecodable'] += 1;
}
