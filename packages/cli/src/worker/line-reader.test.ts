import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader, MAX_LINE } from './line-reader.ts';

function linesOf(...chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

test('lines come out whole, however the bytes are cut', () => {
  const bytes = new TextEncoder().encode('eins\r\nzwei ü\n\ndrei');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (at) => {
      expect(linesOf(bytes.subarray(0, at), bytes.subarray(at))).toEqual(['eins', 'zwei ü', 'drei']);
    }),
  );
});

test('a line without end is cut', () => {
  const chunk = new TextEncoder().encode('x'.repeat(1500));
  expect(linesOf(chunk, chunk, chunk)).toEqual(['x'.repeat(MAX_LINE)]);
});
