import { expect, test } from 'vitest';
import { InboxSkew } from './inbox-skew.ts';

const WALL = 1_790_000_000_000;

test('skew cancels out: a request is as late as it waited longer than the quickest of its inbox', () => {
  const skew = new InboxSkew();
  expect(skew.excess('_INBOX.a', 1_000, WALL + 500_000)).toBe(0);
  expect(skew.excess('_INBOX.a', 1_500, WALL + 500_400)).toBe(100);
  expect(skew.excess('_INBOX.b', 1_500, WALL - 9_000_000)).toBe(0);
});

test('a minute later the clocks may differ in another way', () => {
  const skew = new InboxSkew();
  skew.excess('_INBOX.a', 29_000, WALL);
  expect(skew.excess('_INBOX.a', 59_000, WALL)).toBe(30_000);
  expect(skew.excess('_INBOX.a', 120_000, WALL)).toBe(0);
});

test('it remembers a thousand inboxes and forgets the one unheard for longest', () => {
  const skew = new InboxSkew();
  skew.excess('_INBOX.first', 0, WALL);
  for (let i = 0; i < 1_000; i++) skew.excess(`_INBOX.${i}`, 40_000, WALL);
  expect(skew.size).toBe(1_000);
  expect(skew.excess('_INBOX.first', 50_000, WALL)).toBe(0);
});
