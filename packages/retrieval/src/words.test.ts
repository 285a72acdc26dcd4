import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bagOf } from './bag.ts';
import { wordsOf } from './words.ts';

test('words are cut at everything but letters and digits, in any script', () => {
  expect(wordsOf('Насос-3: ÄRGER (40 Hz)')).toEqual(['насос', '3', 'ärger', '40', 'hz']);
  expect(wordsOf('fetch_csv')).toEqual(['fetch', 'csv']);
  expect(wordsOf(' … ')).toEqual([]);
});

test('forms that look alike are one word', () => {
  expect(wordsOf('ﬁlter Ｐｕｍｐ ²')).toEqual(['filter', 'pump', '2']);
  expect(wordsOf('cafe\u0301')).toEqual(wordsOf('café'));
});

test('a mark that belongs to no composed letter cuts a word unless it is joined', () => {
  expect(wordsOf('हिन्दी')).toEqual(['ह', 'न', 'द']);
  expect(wordsOf('हिन्दी', 'joined')).toEqual(['हिन्दी']);
});

test('a bag forgets the order of words and nothing else', () => {
  const words = fc.array(fc.constantFrom('red', 'pump', 'valve', '40'), { maxLength: 8 });
  fc.assert(
    fc.property(words, (written) => {
      const { counts, length } = bagOf(written.join(', '));
      expect(length).toBe(written.length);
      expect([...counts].flatMap(([word, times]) => Array(times).fill(word)).sort()).toEqual([...written].sort());
    }),
  );
});
