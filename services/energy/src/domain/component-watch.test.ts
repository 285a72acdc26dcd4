import { expect, test } from 'vitest';
import { type Component, causesIn, checked, healthOf, seenIn, unchecked } from './component-watch.ts';

const after = (component: Component, ...answers: boolean[]) => answers.reduce(checked, component);

test('three failed checks in a row are unhealthy, two are not', () => {
  const state = after(unchecked('state', true, 0), true, false, false);
  expect(healthOf(state, 15_000)).toBe('healthy');
  expect(healthOf(checked(state, false), 20_000)).toBe('unhealthy');
  expect(healthOf(after(state, true, false), 25_000)).toBe('healthy');
});

test('one that never answered has a minute to start', () => {
  const organism = after(unchecked('organism', true, 0), false, false, false, false);
  expect(healthOf(organism, 59_999)).toBe('unseen');
  expect(healthOf(organism, 60_000)).toBe('unhealthy');
});

test('a critical component calls for e, another for d, and both are named', () => {
  const ml = after(unchecked('ml', false, 0), true, false, false, false);
  const state = after(unchecked('state', true, 0), true);
  expect(seenIn([state], 0)).toBe('c');
  expect(seenIn([state, ml], 0)).toBe('d');
  expect(seenIn([unchecked('organism', true, 0), ml], 60_000)).toBe('e');
  expect(causesIn([state, ml, unchecked('organism', true, 0)], 60_000)).toEqual([
    { component: 'ml', kind: 'd', detail: '3 failed checks' },
    { component: 'organism', kind: 'e', detail: 'never answered' },
  ]);
});
