import { expect, test } from 'vitest';
import { diagnose, type MeshFacts } from './diagnose.ts';

const healthy = { ready: true, state: 'ready', missing: [], degradedBy: [], loopDelayMs: 0 };
const well: MeshFacts = {
  expected: new Map([['ml', 'c1']]),
  instances: [{ service: 'ml', instance: 'ml-1', contract: 'c1', health: healthy }],
  broker: { version: '2.15.1', jetStream: true },
  system: { mode: 'NORMAL', waiting: [{ queue: 'general', waiting: 3, running: 1 }], missing: [] },
  deadLetters: 0,
  unwell: [],
};

test('a mesh that is well has no findings', () => {
  expect(diagnose(well)).toEqual([]);
});

test.each<[string, Partial<MeshFacts>, string, string]>([
  ['no JetStream', { broker: { version: '2.15.1', jetStream: false } }, 'broken', 'without JetStream'],
  ['an absent service', { instances: [] }, 'broken', 'no instance of ml is there'],
  [
    'a silent instance',
    { instances: [{ service: 'ml', instance: 'ml-1', contract: 'c1' }] },
    'broken',
    'ml (ml-1) is listed but does not answer',
  ],
  [
    'an unready instance',
    withHealth({ ready: false, state: 'starting' }),
    'broken',
    'ml (ml-1) is starting, not ready',
  ],
  ['a missing dependency', withHealth({ missing: ['energy'] }), 'degraded', 'ml (ml-1) works without energy'],
  ['a degraded instance', withHealth({ degradedBy: ['disk is slow'] }), 'degraded', 'ml (ml-1): disk is slow'],
  ['a slow event loop', withHealth({ loopDelayMs: 900 }), 'degraded', 'its event loop lags 900 ms'],
  ['a recovery', { system: { mode: 'RECOVERY', waiting: [], missing: [] } }, 'notice', 'the mode is RECOVERY'],
  ['a mode', { system: { mode: 'EMERGENCY', waiting: [], missing: [] } }, 'degraded', 'the mode is EMERGENCY'],
  [
    'work that waits for nobody',
    { system: { mode: 'NORMAL', waiting: [{ queue: 'general', waiting: 3, running: 0 }], missing: [] } },
    'degraded',
    '3 tasks waiting in general while none runs',
  ],
  [
    'a queue that somebody paused',
    { system: { mode: 'NORMAL', waiting: [{ queue: 'a', waiting: 3, running: 0, paused: 'repair' }], missing: [] } },
    'notice',
    'queue a is paused: repair; 3 tasks waiting',
  ],
  ['dead letters', { deadLetters: 2 }, 'notice', '2 dead letters to be decided on'],
  [
    'events given up',
    { deadEvents: { stream: 'SC_a_DLQ', subjects: ['a.dlq.evt.b.c.d.e'] } },
    'notice',
    '1 event given up',
  ],
  ['a crash loop', { unwell: [{ name: 'ml', state: 'restarting', restarts: 5 }] }, 'broken', 'ml is restarting'],
  ['many restarts', { unwell: [{ name: 'ml', state: 'ready', restarts: 5 }] }, 'notice', 'started again 5 times'],
  ['another contract', { expected: new Map([['ml', 'c2']]) }, 'notice', 'serves contract c1, this command knows c2'],
])('%s', (_, facts, harm, what) => {
  const findings = diagnose({ ...well, ...facts });
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ harm, what: expect.stringContaining(what), remedy: expect.stringMatching(/\S/) });
});

test('the most harmful comes first', () => {
  const facts = { ...well, deadLetters: 1, instances: [], system: { mode: 'DEGRADED', waiting: [], missing: [] } };
  expect(diagnose(facts).map(({ harm }) => harm)).toEqual(['broken', 'degraded', 'notice']);
});

function withHealth(
  part: Partial<typeof healthy> | { missing: string[] } | { degradedBy: string[] },
): Partial<MeshFacts> {
  return { instances: [{ service: 'ml', instance: 'ml-1', contract: 'c1', health: { ...healthy, ...part } }] };
}
