import { expect, test } from 'vitest';
import { judgeHealth } from './judge-health.ts';

const up = { instances: 2, ready: 2, missing: [] };

test.each([
  ['healthy', { services: [up, up], jetstream: { ok: true } }],
  ['degraded', { services: [up, { ...up, ready: 1 }], jetstream: { ok: true } }],
  ['degraded', { services: [up, { ...up, missing: ['ml'] }], jetstream: { ok: true } }],
  ['degraded', { services: [up, { instances: 0, ready: 0, missing: [] }], jetstream: { ok: true } }],
  ['down', { services: [up], jetstream: { ok: false } }],
  ['down', { services: [{ instances: 1, ready: 0, missing: [] }], jetstream: { ok: true } }],
])('%s', (overall, survey) => {
  expect(judgeHealth(survey)).toBe(overall);
});
