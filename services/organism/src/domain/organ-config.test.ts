import { organRecord } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { type Configured, configure } from './organ-config.ts';

const world = { organId: 'sensors_1', now: '2026-11-22T00:00:00Z', skills: ['wait', 'json_transform'] };
const recordOf = (made: Configured) => ('record' in made ? made.record : expect.fail(JSON.stringify(made.problems)));
const problemsOf = (made: Configured) => ('problems' in made ? made.problems : expect.fail('nothing is wrong'));
const fresh = () => recordOf(configure(undefined, { skills: ['wait'] }, world));

test('a new organ has what is usual, and says so as news', () => {
  const made = configure(undefined, { kind: 'graph', skills: ['wait'] }, world);
  expect(organRecord.safeParse(recordOf(made)).success).toBe(true);
  expect(recordOf(made)).toMatchObject({
    desired: 1,
    max_agents: 10,
    role_prior: { e: 0.4, s: 0.4, o: 0.2 },
    state: 'ready',
  });
  expect('changed' in made && made.changed).toContainEqual({ path: 'skills', to: ['wait'] });
});

test('a change names what became what; what is so already is no change', () => {
  const before = fresh();
  expect(configure(before, { desired: 3, skills: ['wait'] }, world)).toMatchObject({
    record: { ...before, desired: 3 },
    changed: [{ path: 'desired', from: 1, to: 3 }],
  });
  expect(configure(before, { desired: 1 }, world)).toMatchObject({ changed: [] });
});

test('everything that is wrong is said at once', () => {
  const config = {
    desired: 20,
    max_agents: 5,
    skills: ['wate', 'wait', 'wait'],
    role_prior: { e: 0.5, s: 0.5, o: 0.5 },
  };
  expect(problemsOf(configure(fresh(), config, world)).map(({ path }) => path)).toEqual([
    'desired',
    'skills/0',
    'skills',
    'role_prior',
  ]);
  expect(problemsOf(configure(fresh(), { skills: ['wate'] }, world))[0]?.problem).toBe(
    'no skill is called wate; wait is',
  );
  expect(problemsOf(configure(undefined, {}, world))).toEqual([
    { path: 'skills', problem: 'an organ needs at least one skill' },
  ]);
});

test('shares below nothing are no shares', () => {
  const role_prior = { e: -0.5, s: 1, o: 0.5 };
  expect(problemsOf(configure(fresh(), { role_prior }, world))).toHaveLength(1);
});
