import fc from 'fast-check';
import { expect, test } from 'vitest';
import { open, REMEMBERED_WRITES, seal } from './envelope.ts';

const json = fc.dictionary(
  fc.string().filter((key) => !key.startsWith('_')),
  fc.jsonValue(),
);

test('what is sealed is opened as JSON carries it', () => {
  fc.assert(
    fc.property(json, (value) => {
      const opened = open(seal(value, { version: 3, writes: ['a'] }), 'x');
      expect(opened).toEqual({ value: JSON.parse(JSON.stringify(value)), version: 3, writes: ['a'] });
    }),
  );
});

test('a changed value does not fit its hash', () => {
  const text = new TextDecoder().decode(seal({ n: 1 }, { version: 1, writes: [] }));
  const changed = new TextEncoder().encode(text.replace('"n":1', '"n":2'));
  expect(() => open(changed, 'x')).toThrow(/hash/);
});

test('an object somebody else wrote, without an envelope, is taken as it is', () => {
  expect(open(new TextEncoder().encode('{"n":1}'), 'x')).toEqual({ value: { n: 1 }, version: 1, writes: [] });
});

test.each(['', 'null', '[]', '"text"', '{"n":', '\ufeff{}'])('%j is corrupt', (text) => {
  expect(() => open(new TextEncoder().encode(text), 'x')).toThrow(expect.objectContaining({ code: 'corrupt_record' }));
});

test('only the newest write ids are kept', () => {
  const writes = Array.from({ length: REMEMBERED_WRITES + 4 }, (_, i) => `w${i}`);
  expect(open(seal({}, { version: 1, writes }), 'x').writes).toEqual(writes.slice(4));
});
