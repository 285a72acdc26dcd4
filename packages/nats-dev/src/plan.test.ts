import { expect, test } from 'vitest';
import { plan, stepNames } from './plan.ts';

test('by default every step runs, in the documented order', () => {
  expect(plan({})).toEqual(stepNames.map((name) => ({ name })));
});

test('SEEDCORE_NATS_DOWNLOAD=never leaves out everything that fetches', () => {
  const skipped = plan({ SEEDCORE_NATS_DOWNLOAD: 'never' }).filter((step) => step.skipped);
  expect(skipped.map((step) => step.name)).toEqual(['release', 'go', 'apt', 'container']);
});

test('SEEDCORE_NATS_STEPS leaves only what it lists', () => {
  const running = plan({ SEEDCORE_NATS_STEPS: 'apt, cache' }).filter((step) => !step.skipped);
  expect(running.map((step) => step.name)).toEqual(['cache', 'apt']);
});

test('an unknown step or switch is an error that lists what is known', () => {
  expect(() => plan({ SEEDCORE_NATS_STEPS: 'brew' })).toThrow(/unknown brew; known: url, env/);
  expect(() => plan({ SEEDCORE_NATS_DOWNLOAD: 'no' })).toThrow(/"no" is not known/);
});
