import { sensitive } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configReport, readConfig } from './read-config.ts';

const own = z.object({
  ML_WORKERS: z.coerce.number().int().min(1).default(2),
  ML_REGION: z.string(),
  ML_PIN: sensitive(z.string().regex(/^\d{4}$/)).optional(),
});

test('defaults are filled in, and an empty variable counts as absent', () => {
  const config = readConfig(own, { ML_REGION: 'eu', NATS_URL: '', SEEDCORE_NS: 'demo' });
  expect(config).toMatchObject({
    ok: true,
    ns: 'demo',
    base: { NATS_URL: 'nats://127.0.0.1:4222', LOG_LEVEL: 'info', METRICS_PORT: 0 },
    own: { ML_WORKERS: 2, ML_REGION: 'eu' },
  });
});

test('RAY_NAMESPACE names the namespace when SEEDCORE_NS does not', () => {
  expect(readConfig(own, { ML_REGION: 'eu', RAY_NAMESPACE: 'ray' })).toMatchObject({ ns: 'ray' });
});

test('every problem is reported at once, with the name of its variable', () => {
  const config = readConfig(own, { METRICS_PORT: 'abc', LOG_LEVEL: 'loud', ML_WORKERS: '0', SEEDCORE_NS: 'a.b' });
  expect(config.ok).toBe(false);
  if (config.ok) return;
  expect(config.problems.map(({ variable }) => variable)).toEqual([
    'SEEDCORE_NS',
    'LOG_LEVEL',
    'METRICS_PORT',
    'ML_WORKERS',
    'ML_REGION',
  ]);
  const report = configReport('ml', config.problems);
  expect(report).toContain('ml: 5 problems in the configuration');
  expect(report).toContain('(got "abc")');
  expect(report).toMatch(/ML_REGION: .*\(not set\)/);
});

test('a variable that is read twice is reported once', () => {
  const again = own.extend({ SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1') });
  const config = readConfig(again, { ML_REGION: 'eu', SEEDCORE_REPLICAS: '2' });
  expect(config).toMatchObject({ ok: false, problems: [{ variable: 'SEEDCORE_REPLICAS' }] });
});

test('an unusable NATS_URL is shown without its password', () => {
  const config = readConfig(own, { ML_REGION: 'eu', NATS_URL: 'http://me:canary@host:1' });
  expect(config).toMatchObject({ ok: false, problems: [{ variable: 'NATS_URL' }] });
  expect(JSON.stringify(config)).not.toContain('canary');
});

test('a secret is never shown, by its mark or by its name', () => {
  const config = readConfig(own.extend({ ML_API_KEY: z.string().max(3) }), {
    ML_REGION: 'eu',
    ML_PIN: 'canary-one',
    ML_API_KEY: 'canary-two',
  });
  expect(config.ok).toBe(false);
  expect(JSON.stringify(config)).not.toContain('canary');
  expect(JSON.stringify(config)).toContain('value hidden');
});
