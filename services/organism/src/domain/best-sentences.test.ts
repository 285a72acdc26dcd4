import { expect, test } from 'vitest';
import { bestSentences, topicOf } from './best-sentences.ts';

const facts = [
  { ref: 'f1', text: 'Pump 3 vibrates above 40 Hz. It stands in hall 2.' },
  { ref: 'f2', text: 'The valve of hall 2 was replaced in May.' },
  { ref: 'f3', text: 'Pump 3 vibrates above 40 Hz.' },
];

test('what is about the question is quoted word for word, once, the best first', () => {
  expect(bestSentences('Why is pump 3 vibrating?', facts)).toEqual([
    { ref: 'f1', quote: 'Pump 3 vibrates above 40 Hz.' },
  ]);
  expect(bestSentences('when was the valve of hall 2 replaced', facts)).toEqual([
    { ref: 'f2', quote: 'The valve of hall 2 was replaced in May.' },
  ]);
});

test('a sentence that only shares a word is no answer', () => {
  expect(bestSentences('Who built the pump of the ship in the harbour?', facts)).toEqual([]);
  expect(bestSentences('What is the capital of France?', facts)).toEqual([]);
});

test('a question about nothing has no answer', () => {
  expect(topicOf('what is it?')).toEqual([]);
  expect(bestSentences('what is it?', facts)).toEqual([]);
});
