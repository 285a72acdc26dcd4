import type { OutputWindow } from '@seedcore/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { padV2 } from './pad-v2.ts';

const window = (over: Partial<OutputWindow>): OutputWindow => ({ goal: '', segments: [], ...over });
const score = (over: Partial<OutputWindow>) => padV2(window(over));
const times = (n: number, text: string) => Array.from({ length: n }, () => text);

test('without evidence every score is 0.5', () => {
  expect(score({})).toEqual({ p: 0.5, a: 0.5, d: 0.5, evidence: [] });
  expect(score({ goal: 'build api', segments: ['17', '18 of 20', 'a4f9'] }).p).toBe(0.5);
});

describe('p', () => {
  const goal = 'Count the birds of the northern lakes';
  const near = ['The lake at the border has 40 birds', 'Counting cranes and geese', 'Geese rest on northern islands'];
  const far = [
    'Purple trousers suit every jolly accountant',
    'The trumpet player fell asleep during the opera',
    'Grandmother pickles cucumbers with horseradish',
    'Chess champions rarely enjoy roller skating',
    'A velvet curtain hid the magician and his rabbit',
    'Medieval knights polished armour on Thursdays',
    'Tomato soup tastes awful with cinnamon',
    'His moustache frightened the poodle',
  ];

  test('is high near the goal, also by words learnt on the way, and low far from it', () => {
    expect(score({ goal, segments: near }).p).toBeGreaterThan(0.6);
    expect(score({ goal, segments: ['Cranes, geese, islands'] }).p).toBeLessThan(score({ goal, segments: near }).p);
    expect(score({ goal, segments: [...near, ...far] }).p).toBeLessThan(0.2);
  });

  test('a line said again is no sign of anything, and does not make itself known', () => {
    expect(score({ goal, segments: times(8, 'Purple trousers suit every jolly accountant') }).p).toBeLessThan(0.5);
    const circling = [...far, ...times(10, 'Purple trousers suit every jolly accountant')];
    expect(score({ goal, segments: circling }).p).toBe(0.5);
    expect(score({ goal, segments: times(8, 'Counting cranes and geese') }).p).toBeLessThan(
      score({ goal, segments: near }).p,
    );
  });

  test('knows words in other forms, in Russian too', () => {
    const segments = ['На озёрах насчитал сорок птиц', 'Северная птица гнездится у озера'];
    expect(score({ goal: 'Посчитать птицу северных озер', segments }).p).toBeGreaterThan(0.6);
  });

  test('is no lower for words of work, numbers, or another language; gibberish is another thing', () => {
    const work = ['Reading the file', 'checked 12 of 40 records', 'writing the result'];
    expect(score({ goal, segments: work }).p).toBe(0.5);
    const russian = 'Посчитать птицу северных озер';
    expect(score({ goal: russian, segments: times(8, 'Loading the counts of cranes and geese') }).p).toBe(0.5);
    const gibberish = [
      'qwrt plfgh zzmnk vbrrt wkkjj',
      'hjklq mnbvx trwpz gghss',
      'xcvbn ytrwq lkjhg ffdds',
      'zxqjk wvbnm ppllk rrtty',
      'dfghj bvcxz qqwwr nnmmh',
      'kjhgf sszzx mmnnb vvccx',
      'tyrwn jjkkl hhggf pqzxv',
      'bnmkl rrwwq ccvvb xxzzl',
    ];
    expect(score({ goal: russian, segments: gibberish }).p).toBeLessThan(0.2);
  });

  test('is the share of acceptance checks met, where that is more', () => {
    expect(score({ acceptance: [true, true, true, false] }).p).toBe(0.75);
    expect(score({ acceptance: [false, false] }).p).toBe(0.5);
    expect(score({ goal, segments: far, acceptance: [true, false] }).p).toBe(0.5);
  });
});

describe('a', () => {
  const steps = times(12, '').map((_, i) => `Copied invoices of customer ${i} to the archive`);

  test('rises to a stall when the same is said again and again, whatever the number of the attempt', () => {
    expect(score({ segments: steps }).a).toBeLessThan(0.5);
    expect(score({ segments: times(8, 'asking the server for the list') }).a).toBeGreaterThanOrEqual(0.8);
    const counted = times(8, '').map((_, i) => `asking the server for the list, attempt ${i}, ${i * 7} s`);
    expect(score({ segments: counted }).a).toBeGreaterThanOrEqual(0.8);
    expect(score({ segments: times(8, 'still working, one moment') }).a).toBeGreaterThanOrEqual(0.8);
  });

  test('a short wait is no stall, nor are the same words that come with progress', () => {
    expect(score({ segments: [...steps, ...times(4, 'waiting for the lock of the archive')] }).a).toBeLessThan(0.8);
    const progress = times(8, '').map((_, i) => ({ kind: 'progress' as const, segments_ago: i }));
    expect(score({ segments: times(8, 'next one'), events: progress }).a).toBe(0);
  });

  test('errors and retries in a row are a stall, those one gets over are not', () => {
    const errors = (n: number) => times(n, '').map((_, i) => ({ kind: 'error' as const, segments_ago: i }));
    expect(score({ segments: steps, events: errors(8) }).a).toBeGreaterThanOrEqual(0.8);
    expect(score({ segments: steps, events: errors(3) }).a).toBeLessThan(0.8);
  });

  test('late progress counts, and never alone', () => {
    const at = (...ages: number[]) =>
      ages.map((age_ms, i) => ({ kind: 'progress' as const, segments_ago: 8 + i, age_ms }));
    expect(score({ segments: steps, events: at(1000, 2000, 3000, 4000) }).a).toBe(0);
    expect(score({ segments: steps, events: at(60_000, 61_000, 62_000) }).a).toBeCloseTo(0.5, 12);
  });
});

describe('d', () => {
  test('falls with the share of segments that hedge, in both languages', () => {
    expect(score({ segments: ['The cause is a full disk'] }).d).toBe(0.75);
    expect(score({ segments: times(4, 'Maybe the disk is full') }).d).toBeCloseTo(0.1, 12);
    expect(score({ segments: times(4, 'Не уверен, что диск полон') }).d).toBeCloseTo(0.1, 12);
    expect(score({ segments: times(4, 'Невозможно: диск полон в мае') }).d).toBeCloseTo(0.9, 12);
  });

  test('takes the probabilities of the tokens into account', () => {
    const logprobs = times(4, '').map(() => Math.log(0.2));
    expect(score({ logprobs }).d).toBeCloseTo(0.2, 12);
    expect(score({ segments: ['The cause is a full disk'], logprobs }).d).toBeCloseTo((0.75 + 0.2) / 2, 12);
  });
});

test('whatever is said, the scores and what they rest on lie in [0, 1], and are the same again', () => {
  const said = fc.oneof(fc.string(), fc.constantFrom('maybe', 'ошибка', 'build the api', '12 of 40', '—'));
  const event = fc.record({
    kind: fc.constantFrom('error' as const, 'retry' as const, 'progress' as const),
    segments_ago: fc.nat(50),
    age_ms: fc.nat(100_000),
  });
  const anything = fc.record({
    goal: fc.oneof(fc.string(), fc.constant('build the api of the shop')),
    segments: fc.array(said, { maxLength: 12 }),
    events: fc.array(event, { maxLength: 6 }),
    logprobs: fc.array(fc.double({ min: -50, max: 0, noNaN: true }), { minLength: 1, maxLength: 5 }),
    acceptance: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  });
  fc.assert(
    fc.property(anything, (input) => {
      const { p, a, d, evidence } = padV2(input);
      for (const value of [p, a, d, ...evidence.map((one) => one.value)]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(padV2(input)).toEqual({ p, a, d, evidence });
    }),
  );
});
