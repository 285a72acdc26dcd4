import { expect, test } from 'vitest';
import { contentHash, GroupHash } from './content-hash.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('state.A1 the hashes of 3.8: beliefs {a: {}, b: {"x":1}}', () => {
  const beliefs = new GroupHash();
  beliefs.add('a', bytes('{}'));
  beliefs.add('b', bytes('{"x":1}'));
  expect(beliefs.hex()).toMatch(/^dec873d9065e507a/);
  expect(contentHash([{ bucket: 'beliefs', sha256: beliefs.hex() }])).toMatch(/^a3a7420658b3ef25/);
});

test('records that do not come in order of their keys are no group', () => {
  const hash = new GroupHash();
  hash.add('b', bytes(''));
  expect(() => hash.add('a', bytes(''))).toThrow(RangeError);
  expect(() => hash.add('b', bytes(''))).toThrow(RangeError);
});
