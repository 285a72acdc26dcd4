import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeEndpoint, type Endpoint, endpoint, sensitive, service } from '../index.ts';

const input = z.strictObject({ id: z.string() });
const output = z.object({ n: z.number() });
const base = { doc: '', input, output };
const secret = z.strictObject({ deep: z.array(z.strictObject({ token: sensitive(z.string()) })) });

const declare = (target: Endpoint) => () => service('s', { doc: '', version: '1.0.0', endpoints: { target } });

test.each<[string, Endpoint, RegExp]>([
  ['a body beyond 64 MiB', endpoint({ ...base, maxBytes: 67_108_865 }), /maxBytes must be 1 to 67108864/],
  ['replays of a stream', endpoint({ ...base, replays: true, maxBytes: 9, stream: output }), /replays and stream/],
  ['replays of what no record holds', endpoint({ ...base, replays: true }), /at most 524288/],
  ['a stream nobody waits for', endpoint({ ...base, oneway: true, stream: output }), /oneway and stream/],
  ['a kept reply nobody waits for', endpoint({ ...base, oneway: true, replays: true, maxBytes: 9 }), /oneway and rep/],
  ['failures nobody hears', endpoint({ ...base, oneway: true, failures: { a: output } }), /oneway and failures/],
  ['one run for several that change something', endpoint({ ...base, coalesce: true }), /coalesce needs idempotent/],
  ['a shared secret', endpoint({ ...base, input: secret, coalesce: true, idempotent: true }), /sensitive/],
])('%s is refused at import', (_what, target, problem) => {
  expect(declare(target)).toThrowError(problem);
});

test('affinity names a field of the input', () => {
  const loose: z.ZodType = input;
  expect(declare(endpoint({ ...base, input: loose, affinity: 'ids' as never }))).toThrowError(/affinity "ids" is not/);
  expect(declare(endpoint({ ...base, affinity: 'id' }))).not.toThrow();
});

test('what is off is left out of the description, but for the stream', () => {
  expect(describeEndpoint(endpoint(base))).toMatchObject({ stream: false });
  expect(Object.keys(describeEndpoint(endpoint(base)))).not.toContain('replays');
  const on = endpoint({ ...base, idempotent: true, coalesce: true, affinity: 'id', oneway: true });
  expect(describeEndpoint(on)).toMatchObject({ coalesce: true, affinity: 'id', oneway: true });
  expect(describeEndpoint(endpoint({ ...base, stream: output }))).toMatchObject({ stream: { type: 'object' } });
});
