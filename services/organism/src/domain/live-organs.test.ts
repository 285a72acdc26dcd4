import { expect, test } from 'vitest';
import { stepLive } from './live-organs.ts';

const view = { recorded: ['a', 'b'], seen: ['a', 'b'], lostBefore: [], settled: true };

test('whoever came is there at once', () => {
  expect(stepLive({ ...view, seen: ['c', 'a', 'b'], settled: false })).toEqual({ live: ['a', 'b', 'c'], lost: [] });
});

test('whoever went is there until a second look misses it too', () => {
  expect(stepLive({ ...view, seen: ['a'] })).toEqual({ live: ['a', 'b'], lost: ['b'] });
  expect(stepLive({ ...view, seen: ['a'], lostBefore: ['b'] })).toEqual({ live: ['a'], lost: ['b'] });
});

test('nobody is lost by somebody who has only just begun to listen', () => {
  expect(stepLive({ ...view, seen: [], lostBefore: ['a', 'b'], settled: false }).live).toEqual(['a', 'b']);
});

test('whoever came back between two looks was never lost', () => {
  expect(stepLive({ ...view, seen: ['a'], lostBefore: ['a'] })).toEqual({ live: ['a', 'b'], lost: ['b'] });
});
