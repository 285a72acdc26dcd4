import { expect, test } from 'vitest';
import { organismConfig } from './organism-config.ts';

test('the registry is configured by its variables', () => {
  const given = {
    TIER0_TP_MAX: '64',
    TIER0_HEARTBEAT_TIMEOUT: '0.5',
    TIER0_STRICT_RECONCILE: 'true',
    TIER0_ATTACH_ACTORS: 'a, b_2,',
  };
  expect(organismConfig.parse(given)).toMatchObject({
    TIER0_TP_MAX: 64,
    TIER0_HEARTBEAT_TIMEOUT: 0.5,
    TIER0_STATS_TIMEOUT: 2.5,
    TIER0_STRICT_RECONCILE: true,
    TIER0_ATTACH_ACTORS: ['a', 'b_2'],
  });
});

test.each([
  ['TIER0_TP_MAX', 'abc'],
  ['TIER0_TP_MAX', '0'],
  ['TIER0_TP_MAX', '257'],
  ['TIER0_HEARTBEAT_TIMEOUT', '0'],
  ['TIER0_STATS_TIMEOUT', '31'],
  ['TIER0_STRICT_RECONCILE', 'perhaps'],
  ['TIER0_ATTACH_ACTORS', 'a.b'],
])('organism.A21: %s=%s is refused, and named', (variable, value) => {
  const read = organismConfig.safeParse({ [variable]: value });
  expect(read.error?.issues.map(({ path }) => path[0])).toEqual([variable]);
});
