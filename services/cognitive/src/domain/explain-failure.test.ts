import type { IncidentContext, Remedy } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { chooseRemedy, statedDelayMs } from './choose-remedy.ts';
import { explainFailure } from './explain-failure.ts';
import { cosine, templateWords, wordCounts } from './incident-template.ts';
import { type KnownIncident, knownIncidents } from './known-incident.ts';
import { similarIncidents } from './similar-incidents.ts';
import { sufficiency } from './sufficiency.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const disk: IncidentContext = {
  message: 'write rejected: no space left on device',
  component: 'report-writer',
  attempt: 3,
  metrics: { disk_used: 0.99 },
};
const past = (id: string, more: Partial<KnownIncident> = {}): KnownIncident => ({
  id,
  text: 'write rejected: no space left on device 7',
  class: 'resource_exhausted',
  component: 'report-writer',
  remedy: 'restart_component',
  outcome: 'resolved',
  atMs: NOW - 3_600_000,
  trust: 1,
  ...more,
});
const like = { message: disk.message, class: 'resource_exhausted', component: 'report-writer' } as const;
const remedyFor = (incident: IncidentContext, incidents: KnownIncident[] = []) =>
  chooseRemedy('timeout', incident, similarIncidents(incidents, { ...like, class: 'timeout' })).action;

test('a full disk, by rules: named, not transient, restart, with p × 0.6 without similar incidents', () => {
  const story = explainFailure(disk, [], NOW);
  const p = Math.exp(4) / (Math.exp(4) + 15);
  expect(story).toMatchObject({
    error_class: 'resource_exhausted',
    transient: false,
    proposed_solution: { action: 'restart_component', reversible: true },
    similar_incidents: [],
  });
  expect(story.confidence).toBeCloseTo(p * 0.6, 6);
  expect(story.hypotheses[0]).toMatchObject({
    class: 'resource_exhausted',
    probability: story.hypotheses[0]?.probability,
  });
  expect(story.thought.length).toBeLessThanOrEqual(1200);
});

test('five similar incidents raise confidence to p, at most 0.9', () => {
  const story = explainFailure(
    disk,
    [1, 2, 3, 4, 5].map((i) => past(`i${i}`)),
    NOW,
  );
  expect(story.confidence).toBe(0.9);
  expect(story.similar_incidents).toHaveLength(5);
  expect(story.evidence.some(({ ref }) => ref === 'fact:i1')).toBe(true);
});

test('an unknown failure is at most 0.45 sure, by its best likeness', () => {
  const story = explainFailure(
    { message: 'the gizmo hums' },
    [past('i1', { text: 'the gizmo hums', class: undefined })],
    NOW,
  );
  expect(story.error_class).toBe('unknown');
  expect(story.confidence).toBeCloseTo(0.45 * 0.5, 12);
  expect(story.hypotheses).toMatchObject([{ class: 'unknown' }]);
  expect(story.proposed_solution.action).toBe('escalate_human');
});

test('numbers, ids, addresses and paths are blanked', () => {
  expect(
    templateWords('Task 01m819eke0m9s346q3d25vt4f5 of 0xdeadbeef1 failed at https://a.b/c?d=1 in /var/log/x.log'),
  ).toEqual(['task', 'of', 'failed', 'at', 'in']);
});

test('likeness of words is their cosine', () => {
  expect(cosine(wordCounts(['a', 'b']), wordCounts(['a', 'c']))).toBeCloseTo(0.5, 12);
});

test('similarity = 0.5 words + 0.3 class + 0.2 component, from 0.35 on, ties by id', () => {
  const found = similarIncidents(
    [
      past('b'),
      past('a'),
      past('c', { class: 'timeout' }),
      past('d', { text: 'x', component: 'other' }),
      past('e', { text: 'gone' }),
    ],
    like,
  );
  expect(found.map(({ incident, similarity }) => [incident.id, Number(similarity.toFixed(12))])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 0.7],
    ['e', 0.5],
  ]);
});

test('a timeout is retried only when that is safe', () => {
  expect(remedyFor({ message: 'x', idempotent: true })).toBe('retry');
  expect(remedyFor({ message: 'x' })).toBe('escalate_human');
});

test('a remedy that worked in two similar incidents overrides the default, the surer one first', () => {
  const worked = (id: string, remedy: Remedy) => past(id, { class: 'timeout', remedy });
  expect(remedyFor(disk, [worked('a', 'reconfigure')])).toBe('escalate_human');
  expect(remedyFor(disk, [worked('a', 'reconfigure'), worked('b', 'reconfigure')])).toBe('reconfigure');
  const three = ['c', 'd', 'e'].map((id) => worked(id, 'rollback'));
  expect(remedyFor(disk, [worked('a', 'reconfigure'), worked('b', 'reconfigure'), ...three])).toBe('rollback');
});

test('a past retry is not repeated where repeating is unsafe', () => {
  const retried = ['a', 'b'].map((id) => past(id, { class: 'timeout', remedy: 'retry' }));
  expect(remedyFor({ ...disk, idempotent: true }, retried)).toBe('retry');
  expect(remedyFor({ ...disk, idempotent: false }, retried)).toBe('escalate_human');
});

test('the delay the other side asked for is honoured', () => {
  expect(statedDelayMs({ message: 'retry after 12 s' })).toBe(12_000);
  expect(statedDelayMs({ message: 'Retry-After: 2 min' })).toBe(120_000);
  expect(statedDelayMs({ message: 'x', metrics: { retry_after_ms: 250 } })).toBe(250);
  expect(statedDelayMs({ message: 'x' })).toBeUndefined();
});

test('facts tagged incident are read as incidents; the distrusted and the untagged are not', () => {
  const fact = { text: 'x', trust: null, observed_at: new Date(NOW).toISOString() };
  const tags = ['incident', 'class:timeout', 'component:ml', 'remedy:retry', 'outcome:resolved'];
  const found = knownIncidents(
    [
      { ...fact, fact_id: 'a', tags },
      { ...fact, fact_id: 'b', tags: [] },
      { ...fact, fact_id: 'c', tags, trust: 0.3 },
      { ...fact, fact_id: 'd', tags: ['incident', 'class:nonsense', 'outcome:maybe'] },
    ],
    0.3,
  );
  expect(found).toEqual([
    {
      id: 'a',
      text: 'x',
      class: 'timeout',
      component: 'ml',
      remedy: 'retry',
      outcome: 'resolved',
      atMs: NOW,
      trust: 0.5,
    },
    {
      id: 'd',
      text: 'x',
      class: undefined,
      component: undefined,
      remedy: undefined,
      outcome: 'unknown',
      atMs: NOW,
      trust: 0.5,
    },
  ]);
});

test('sufficiency of three items, by hand', () => {
  const items = [
    past('a', { text: 'red pump' }),
    past('b', { text: 'red valve', outcome: 'unresolved', trust: 0.4 }),
    past('c', { text: 'red pump', class: 'timeout', atMs: NOW - 31 * 86_400_000, trust: 0.7 }),
  ];
  const measured = sufficiency('red pump fails badly', items, NOW);
  if (measured === 'none') throw new Error('three items are enough');
  expect(measured.coverage).toBeCloseTo(0.5, 12);
  expect(measured.diversity).toBeCloseTo(1 - (1 / 3 + 1 + 1 / 3) / 3, 6);
  expect(measured).toMatchObject({ conflicts: 1, agreement: 0 });
  expect(measured.staleness).toBeCloseTo(1 / 3, 6);
  expect(measured.trust).toBeCloseTo(0.7, 12);
});

test('fewer than three items say nothing', () => {
  expect(sufficiency('x', [past('a'), past('b')], NOW)).toBe('none');
});
