import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { builtInSkills } from '../skill/built-in/index.ts';
import { type AttemptWorld, attemptHost } from './attempt-host.ts';
import { attemptsAsHistory } from './attempts-as-history.ts';
import { PassingSteps } from './steps.ts';
import { stopKindOf } from './stop-kind.ts';

function hostOf(name: string, fenced = false) {
  const skill = builtInSkills.find((one) => one.name === name);
  if (skill === undefined) throw new RangeError(name);
  const seen: unknown[] = [];
  const world = {
    services: {
      call: async () => 'called',
      survey: async () => ({ services: [], jetstream: { ok: true, lagMs: 0 }, partial: false }),
    },
    steps: new PassingSteps('t'),
    how: {},
    calling: () => () => undefined,
    fenced: () => fenced,
    progress: (now: unknown) => seen.push(now),
    log: (note: unknown) => seen.push(note),
  };
  // Only what the host hands on is looked at; the call itself is opaque to it.
  return { host: attemptHost(skill, world as unknown as AttemptWorld), seen };
}

test('a skill reaches what it declared, and nothing else', async () => {
  const { host } = hostOf('fact_store');
  expect(await host.ask({ op: 'call', service: 'state', endpoint: 'store_fact', input: {} })).toBe('called');
  const refused = host.ask({ op: 'call', service: 'state', endpoint: 'delete_agent_state', input: {} });
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  await expect(host.ask({ op: 'survey', names: undefined, timeoutMs: 1 })).rejects.toMatchObject({ code: 'forbidden' });
});

test('a run that was ended reaches nothing any more, whatever it declared', async () => {
  const { host } = hostOf('fact_store', true);
  const refused = host.ask({ op: 'call', service: 'state', endpoint: 'store_fact', input: {} });
  await expect(refused).rejects.toMatchObject({ code: 'cancelled', started: false });
});

test('a share beyond the whole is the whole', () => {
  const { host, seen } = hostOf('wait');
  host.tell({ note: 'progress', text: 'x', pct: 7 });
  host.tell({ note: 'progress', text: 'y', pct: undefined });
  expect(seen).toEqual([{ note: 'x', pct: 1 }, { note: 'y' }]);
});

test.each([
  ['deadline_exceeded', 'deadline'],
  ['timeout', 'deadline'],
  ['draining', 'drain'],
  ['cancelled', 'cancel'],
] as const)('a signal aborted with %s stops a skill for: %s', (code, kind) => {
  expect(stopKindOf(new MeshError(code, { target: 'x' }))).toBe(kind);
  expect(stopKindOf(undefined)).toBe('cancel');
});

test('ended attempts of a durable task are its history', () => {
  const started_at = '2026-11-22T00:00:00Z';
  const error = { code: 'threw', message: 'no', retryable: true };
  expect(
    attemptsAsHistory([
      { n: 1, epoch: 1, owner: 'o', started_at, ended_at: '2026-11-22T00:00:02Z', outcome: 'error', error },
      { n: 2, epoch: 2, owner: 'o', started_at },
    ]),
  ).toEqual([{ attempt: 1, outcome: 'error', ms: 2000, reason: 'threw: no' }]);
});
