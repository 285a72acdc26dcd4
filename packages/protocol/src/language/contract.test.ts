import { expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint, event, fail, failure, implement, nearest, ok, service } from '../index.ts';

const echo = endpoint({
  doc: 'Says it again.',
  input: z.strictObject({ text: z.string() }),
  output: z.object({ text: z.string() }),
});

test('an endpoint that says nothing about itself gets the documented defaults', () => {
  expect(echo).toMatchObject({
    idempotent: false,
    deadlineMs: 5000,
    criticality: 'important',
    degradable: false,
    failures: {},
  });
});

test('a contract with several faults is refused once, listing every one', () => {
  const loose = endpoint({
    doc: '',
    input: z.object({ a: z.object({ b: z.number() }) }),
    output: z.object({}),
    deadlineMs: 700_000,
  });
  const clash = endpoint({
    doc: '',
    input: z.strictObject({}),
    output: z.object({}),
    failures: { timeout: z.object({}) },
  });
  expect(() =>
    service('Bad-Name', { doc: '', version: '1', endpoints: { loose, help: echo, runIt: clash, run_it: clash } }),
  ).toThrowError(
    /service name "Bad-Name"[\s\S]*version "1"[\s\S]*"help" is reserved[\s\S]*wire name of another[\s\S]*deadlineMs must be[\s\S]*accepts unknown fields[\s\S]*"timeout" is a mesh error/,
  );
});

test('failures carry 422 unless the contract says otherwise', () => {
  const target = endpoint({
    doc: '',
    input: z.strictObject({}),
    output: z.object({}),
    failures: { plain: z.object({}), missing: failure(z.object({ id: z.string() }), { status: 404 }) },
  });
  expect([target.failures.plain.status, target.failures.missing.status]).toEqual([422, 404]);
});

test('an event may name the field that becomes its last subject token', () => {
  expect(event({ doc: '', data: z.object({ id: z.string() }), kind: 'lossy', key: 'id' }).key).toBe('id');
});

test('an event is lossy or durable, and says which', () => {
  const data = z.object({});
  // @ts-expect-error nobody decides for the author whether an event may be lost
  const silent = event({ doc: '', data });
  const declare = () => service('x', { doc: '', version: '1.0.0', endpoints: {}, events: { silent } });
  expect(declare).toThrow('event "silent": kind must be lossy or durable');
  expect(event({ doc: '', data, kind: 'durable' }).kind).toBe('durable');
});

test('implement binds handlers to their contract', async () => {
  const contract = service('parrot', { doc: '', version: '1.0.0', endpoints: { echo } });
  const parrot = implement(contract, { echo: async ({ text }) => ok({ text }) });
  expect(parrot.contract).toBe(contract);
  expect(fail('gone', { id: 1 })).toEqual({ ok: false, failure: { code: 'gone', details: { id: 1 } } });
  expect(ok(1)).not.toHaveProperty('degraded');
});

test.each([
  ['organ_name', ['organ_id', 'limit'], 'organ_id'],
  ['serise', ['series', 'agent_id'], 'series'],
  ['zzz', ['series', 'agent_id'], undefined],
])('%s among %j means %s', (mistyped, known, meant) => {
  expect(nearest(mistyped, known)).toBe(meant);
});
