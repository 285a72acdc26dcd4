import { runSegment as schema } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SEGMENT_BYTES, runSegment } from './run-segment.ts';

const facts = {
  ...{ task_id: 't'.repeat(64), attempt: 1, epoch: 2 ** 50, organ_id: 'o', agent_id: 'a', skill: 's' },
  trace_id: '0',
};
const place = { seq: 1, at_ms: 5 };

test('a segment says what was said', () => {
  expect(runSegment(facts, place, { note: 'searched', pct: 0.5, tool: 'search', args: { q: 1 }, result: [2] })).toEqual(
    {
      ...{ task_id: facts.task_id, attempt: 1, epoch: 2 ** 50, seq: 1, at_ms: 5, note: 'searched', pct: 0.5 },
      ...{ tool: 'search', args: { q: 1 }, result: [2] },
    },
  );
});

test('whatever is said fits into 4 KiB and the contract', () => {
  const value = fc.string({ unit: 'binary', maxLength: 1400 });
  const said = fc.record({
    note: fc.string({ unit: 'binary', maxLength: 1000 }),
    tool: fc.constant('t'),
    args: value,
    result: value,
  });
  fc.assert(
    fc.property(fc.oneof(said, fc.constant({ note: '\u0001'.repeat(1000), args: '\u0001'.repeat(1400) })), (one) => {
      const segment = runSegment(facts, place, one);
      expect(Buffer.byteLength(JSON.stringify(segment))).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
      expect(schema.safeParse(segment).success).toBe(true);
    }),
  );
});
