import { jsonCodec } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallRecord, recordDecisions } from './call-record.ts';
import { decodeRecord, readRecord } from './read-record.ts';

const text = fc.string({ maxLength: 20 });
const step = fc.constantFrom(...Object.entries(recordDecisions)).chain(([layer, decisions]) =>
  fc.record({
    at_ms: fc.nat(),
    layer: fc.constant(layer),
    decision: fc.constantFrom(...decisions),
    detail: fc.record({ code: text, instance: text, ms: fc.nat(), attempt: fc.nat() }, { requiredKeys: [] }),
  }),
);
const record = fc.record({
  call: text,
  trace_id: text,
  target: text,
  caller: text,
  instance: text,
  started: text,
  ms: fc.nat(),
  outcome: text,
  chain: fc.array(text, { maxLength: 8 }),
  steps: fc.array(step, { maxLength: 8 }),
});

test('what is kept is what is read', () => {
  fc.assert(
    fc.property(record, (kept) => {
      expect(decodeRecord(jsonCodec.encode(kept))).toEqual({ ...kept, steps: kept.steps });
    }),
  );
});

const good: CallRecord = {
  call: 'c',
  trace_id: 't',
  target: 'a.b',
  caller: 'a',
  instance: 'a-1',
  started: '',
  ms: 1,
  outcome: 'ok',
  chain: [],
  steps: [{ at_ms: 0, layer: 'retry', decision: 'stop', detail: {} }],
};

test.each([
  ['nothing at all', undefined],
  ['a number', 7],
  ['no steps', { ...good, steps: undefined }],
  ['a layer that is not in the list', { ...good, steps: [{ ...good.steps[0], layer: 'constructor' }] }],
  ['a decision its layer does not take', { ...good, steps: [{ ...good.steps[0], decision: 'bounce' }] }],
  ['a detail that is not in the list', { ...good, steps: [{ ...good.steps[0], detail: { body: 'x' } }] }],
  ['a chain of numbers', { ...good, chain: [1] }],
  ['no time', { ...good, ms: '1' }],
])('%s is no record', (_, value) => {
  expect(readRecord(good)).toEqual(good);
  expect(readRecord(value)).toBeUndefined();
});

test('a message that is not even JSON is no record', () => {
  expect(decodeRecord(new TextEncoder().encode('{'))).toBeUndefined();
});
