import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correctionOf } from './kill.ts';

test('organism.A11: a correction has 2 KiB at most, whatever was said', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 800 });
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 8 }), (reason, segments) => {
      const correction = correctionOf({ kind: 'silent', reason }, segments);
      expect(Buffer.byteLength(JSON.stringify(correction))).toBeLessThanOrEqual(2048);
      expect(correction.kind).toBe('silent');
    }),
  );
});

test('it holds the newest segments', () => {
  const correction = correctionOf({ kind: 'pad', reason: 'stall' }, ['one', 'two', 'three', 'four', 'five', 'six']);
  expect(correction).toEqual({ kind: 'pad', reason: 'stall', last_segments_digest: 'two | three | four | five | six' });
});
