import { CheckSampler, endpoint, fail, MeshError, type MeshErrorCode, meshErrors, ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { replyOf } from './reply-of.ts';

const spec = {
  doc: 'Divides.',
  input: z.strictObject({}),
  output: z.object({ value: z.number() }),
  failures: { by_zero: z.object({ numerator: z.number() }) },
};
const contract = endpoint(spec);
const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const context = { target: 'math.divide', contract, traced: { trace }, outputs: new CheckSampler(contract.output) };
const idempotent = { ...context, contract: endpoint({ ...spec, idempotent: true }) };
const degradable = { ...context, contract: endpoint({ ...spec, degradable: true }) };

const thrown = (error: unknown, given = context) => {
  const reply = replyOf({ thrown: error }, given);
  return reply.kind === 'error' ? reply : expect.fail('an error was expected');
};

test('a value travels as the contract says, without what it does not know', () => {
  const reply = replyOf({ returned: ok({ value: 2, secret: 'x' }) }, context);
  expect(reply).toEqual({ kind: 'value', body: { value: 2 }, degradedSource: undefined });
});

test('a degraded value carries its mark where the endpoint may degrade', () => {
  const returned = ok({ value: 2 }, { reason: 'timeout', source: 'cache' });
  expect(replyOf({ returned }, degradable)).toMatchObject({
    body: { value: 2, degraded: { reason: 'timeout', source: 'cache' } },
    degradedSource: 'cache',
  });
  expect(replyOf({ returned }, context)).toMatchObject({ kind: 'error', error: { code: 'internal' } });
});

test('a declared failure is an answer with its status', () => {
  expect(replyOf({ returned: fail('by_zero', { numerator: 1 }) }, context)).toEqual({
    kind: 'failure',
    code: 'by_zero',
    status: 422,
    details: { numerator: 1 },
  });
});

test.each([
  ['an undeclared failure', fail('overflow', {})],
  ['malformed details', fail('by_zero', { numerator: 'one' })],
  ['a value that does not fit', ok({ value: 'two' })],
  ['no reply at all', undefined],
  ['null', null],
  ['a code that is a name of every object', fail('constructor', {})],
])('%s is internal, and the reason stays here', (_name, returned) => {
  const reply = replyOf({ returned }, context);
  expect(reply).toMatchObject({
    kind: 'error',
    error: { code: 'internal', details: undefined },
    defect: expect.any(TypeError),
  });
});

test.each([[new Error('disk /var/lib\n')], ['a string'], [undefined], [null], [{ code: 'timeout' }]])(
  'thrown %s is internal with the trace id and nothing of the inside',
  (error) => {
    const { error: told, defect } = thrown(error);
    expect(told).toMatchObject({ code: 'internal', traceId: trace.traceId });
    expect(told.message).toBe(`math.divide: internal error, trace ${trace.traceId}`);
    expect(defect).toBe(error);
  },
);

test('a MeshError about this very endpoint is its own word', () => {
  const error = new MeshError('rate_limited', { target: 'math.divide', retryAfterMs: 40, details: { of: 'provider' } });
  expect(thrown(error).error).toMatchObject({ code: 'rate_limited', retryAfterMs: 40, details: { of: 'provider' } });
});

const codes = Object.keys(meshErrors).filter((code): code is MeshErrorCode => code in meshErrors);
const passing = new Set(['bad_request', 'forbidden', 'unknown_endpoint', 'cycle_refused', 'deadline_exceeded']);

test.each(codes)('%s of a dependency accuses nobody falsely', (code) => {
  const error = new MeshError(code, { target: 'ml.chat', retryAfterMs: 30 });
  if (passing.has(code)) {
    expect(thrown(error).error).toMatchObject({ code, target: 'math.divide', message: `ml.chat: ${code}` });
    return;
  }
  const details = { dependency: 'ml.chat', code };
  expect(thrown(error, idempotent).error).toMatchObject({ code: 'unavailable', details, retryAfterMs: 30 });
  expect(thrown(error).error).toMatchObject({ code: 'timeout', details });
});

test('in production one output in a hundred is checked, and a mismatch is noted but answered', () => {
  const exact = endpoint({ ...spec, output: spec.output.strict() });
  const outputs = new CheckSampler(exact.output, 'sampled');
  const replies = Array.from({ length: 201 }, () =>
    replyOf({ returned: ok({ value: 'two' }) }, { ...context, contract: exact, outputs }),
  );
  expect(replies.every(({ kind }) => kind === 'value')).toBe(true);
  const noted = replies.flatMap((reply, i) => ('mismatch' in reply ? [i] : []));
  expect(noted).toEqual([0, 100, 200]);
});
