import { expect, test } from 'vitest';
import { headline, incidentContext } from './incident.ts';

const spike = { index: 2, value: 5, score: 329.5, severity: 'high' } as const;
const mild = { index: 4, value: 3, score: 8, severity: 'low' } as const;
const incident = {
  agent_id: 'pump-3',
  domain: 'anomaly',
  n: 120,
  found: 2,
  anomalies: [mild, spike],
  drift: 0.41,
  metrics: { mean: 0.2 },
  context: { service: 'pump' },
};

test('the headline names the worst value', () => {
  expect(headline(incident)).toBe('2 anomalies in 120 points, worst at 2: 5, drift 0.41');
  expect(headline({ found: 0, anomalies: [], n: 6, drift: undefined })).toBe('0 anomalies in 6 points');
});

test('context goes in as data, figures as metrics', () => {
  expect(incidentContext(incident)).toMatchObject({
    message: '2 anomalies in 120 points, worst at 2: 5, drift 0.41; context: {"service":"pump"}',
    component: 'pump-3',
    anomalies: [mild, spike],
    metrics: { points: 120, anomalies: 2, drift: 0.41, mean: 0.2 },
  });
});

test('the limits of the contract hold for any incident', () => {
  const large = incidentContext({
    ...incident,
    anomalies: Array.from({ length: 500 }, () => spike),
    metrics: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`m${i}`, i])),
    context: { text: 'x'.repeat(16_000) },
  });
  expect(large.message).toHaveLength(4_000);
  expect(large.anomalies).toHaveLength(100);
  expect(Object.keys(large.metrics ?? {})).toHaveLength(64);
});
