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
  ['SKILL_HTTP_ALLOW', 'http://example.org/'],
  ['SKILL_HTTP_ALLOW', 'example.org:8080'],
  ['SKILL_HTTP_ALLOW', '*'],
  ['SKILL_WEBHOOK_SECRETS', 'ops=tooshort'],
  ['SKILL_WEBHOOK_SECRETS', 'a long word without a name'],
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

test('hosts and secrets are read as they are compared', () => {
  const given = {
    SKILL_HTTP_ALLOW: 'Example.ORG, *.bücher.example,[2606:4700::1111],1.1',
    SKILL_WEBHOOK_SECRETS: 'ops=0123456789abcdef==',
  };
  expect(organismConfig.parse(given)).toMatchObject({
    SKILL_HTTP_ALLOW: ['example.org', '*.xn--bcher-kva.example', '2606:4700::1111', '1.0.0.1'],
    SKILL_WEBHOOK_SECRETS: new Map([['ops', '0123456789abcdef==']]),
  });
  expect(organismConfig.parse({}).SKILL_HTTP_ALLOW).toEqual([]);
});
