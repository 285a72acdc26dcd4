import { headers } from '@nats-io/transport-node';
import { type Codec, headerNames, jsonCodec, msgpackCodec } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;
beforeAll(async () => {
  greeters = await startGreeters();
  await greeters.start();
});
afterAll(() => greeters?.stop());

/** What one request in a codec is answered with: the value as that codec reads it, the status, the type it names. */
async function asked(codec: Codec, input: unknown) {
  const typed = headers();
  typed.set(headerNames.contentType, codec.type);
  const reply = await greeters.ask(`${NS}.svc.greeter.greet`, codec.encode(input), typed);
  const says = (name: string) => reply.headers?.get(name) || undefined;
  const value = codec.decode(reply.data, { maxBytes: 100_000 });
  return { value, status: says(headerNames.errorCode), type: says(headerNames.contentType) };
}

const turns = [jsonCodec, msgpackCodec, jsonCodec, jsonCodec, msgpackCodec, msgpackCodec, jsonCodec];

test('mesh.A6: one instance answers JSON and MessagePack in kind, in turn', async () => {
  for (const codec of turns)
    expect(await asked(codec, { person: 'Ada' })).toEqual({
      value: { text: 'hello Ada' },
      status: undefined,
      type: undefined,
    });
});

test('mesh.A6: and all at once, failures and errors included', async () => {
  const of = (input: unknown) => Promise.all(turns.map((codec) => asked(codec, input)));
  const [good, failed, wrong] = await Promise.all([of({}), of({ person: 'nobody' }), of({ persn: 'Ada' })]);
  const types = turns.map(({ type }) => type);
  expect(good.map(({ value }) => value)).toEqual(turns.map(() => ({ text: 'hello you' })));
  for (const [replies, status, code] of [
    [failed, '422', 'stranger'] as const,
    [wrong, '400', 'bad_request'] as const,
  ]) {
    expect(replies.map(({ type }) => type)).toEqual(types);
    for (const reply of replies) expect(reply).toMatchObject({ status, value: { error: { code } } });
  }
});
