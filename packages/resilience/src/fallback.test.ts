import { isMeshErrorCode, MeshError, type MeshErrorCode, meshErrors } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fallback, type FallbackPolicy } from './fallback.ts';
import { defaultLastGood } from './last-good.ts';

const failure = (code: MeshErrorCode) => new MeshError(code, { target: 'ml.chat' });
const codes = Object.keys(meshErrors).filter(isMeshErrorCode);

const asked = (key: string) => ({ key, input: `what ${key} asks` });

/** A fallback, and what its custom function threw. */
function watched(policy: FallbackPolicy<string>) {
  const broken: unknown[] = [];
  return { fallback: new Fallback(policy, (error) => broken.push(error)), broken };
}

test('mesh.G20: a timeout, a custom that throws, and a value 1200 ms old', async () => {
  const fault = new TypeError('custom is broken');
  const { fallback, broken } = watched({
    custom: () => Promise.reject(fault),
    lastGood: defaultLastGood,
    default: () => 'nothing',
  });
  fallback.ok('key', { value: 'good' }, 0);
  expect(await fallback.failed(failure('timeout'), asked('key'), 1_200)).toEqual({
    value: 'good',
    degraded: { reason: 'timeout', source: 'cache', age_ms: 1_200 },
  });
  expect(broken).toEqual([fault]);
});

test('the own function comes first, the default last', async () => {
  const { fallback } = watched({
    custom: ({ code }, input) => `made of ${code} and ${input}`,
    default: () => 'nothing',
  });
  expect(await fallback.failed(failure('overloaded'), asked('key'), 0)).toEqual({
    value: 'made of overloaded and what key asks',
    degraded: { reason: 'overloaded', source: 'custom' },
  });
  const bare = watched({ default: () => 'nothing' }).fallback;
  expect((await bare.failed(failure('internal'), asked('key'), 0)).degraded).toEqual({
    reason: 'internal',
    source: 'default',
  });
});

test.each(codes.filter((code) => meshErrors[code].kind === 'caller'))('%s is never papered over', async (code) => {
  const { fallback } = watched({ default: () => 'nothing' });
  const error = failure(code);
  await expect(fallback.failed(error, asked('key'), 0)).rejects.toBe(error);
});

test('what is no MeshError, and what nothing stands in for, is thrown again as it was', async () => {
  const defect = new TypeError('defect');
  await expect(watched({ default: () => 'nothing' }).fallback.failed(defect, asked('key'), 0)).rejects.toBe(defect);
  const timeout = failure('timeout');
  const { fallback } = watched({ lastGood: defaultLastGood });
  fallback.ok('another key', { value: 'good' }, 0);
  await expect(fallback.failed(timeout, asked('key'), 0)).rejects.toBe(timeout);
});

test('mesh.S28: whatever is configured and whatever happened before, what stands in is marked and is never kept as good', async () => {
  const policy = fc.record({ custom: fc.boolean(), kept: fc.boolean(), standard: fc.boolean() });
  const history = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), live: fc.boolean() }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(policy, history, fc.constantFrom(...codes), async ({ custom, kept, standard }, events, code) => {
      const { fallback } = watched({
        custom: custom ? () => 'custom' : undefined,
        lastGood: kept ? defaultLastGood : undefined,
        default: standard ? () => 'default' : undefined,
      });
      for (const { key, live } of events) {
        const degraded = live ? undefined : { reason: 'timeout', source: 'default' as const };
        fallback.ok(key, { value: live ? 'cache' : 'stand-in', degraded }, 0);
      }
      const error = failure(code);
      const end = await fallback.failed(error, asked('a'), 1).catch((thrown: unknown) => thrown);
      if (end !== error) expect(end).toMatchObject({ degraded: { reason: code, source: Object(end).value } });
      else expect(meshErrors[code].kind === 'caller' || !(custom || standard)).toBe(true);
    }),
  );
});
