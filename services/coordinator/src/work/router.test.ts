import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import type { RoutedTask } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import type { Organs, Routable } from '../ports.ts';
import { generalRouter } from './router.ts';

const unused = async () => ({ none: 'unused' });

function routed(spec: Partial<RoutedTask['spec']>, route?: Organs['route']) {
  const asked: Routable[] = [];
  const announced: string[] = [];
  const organs: Organs = {
    profile: unused,
    route: async (task, call) => {
      asked.push(task);
      if (route) return route(task, call);
      return { value: { logical_id: 'utility_organ_1', queue: 'utility_organ_1', resolved_from: 'task' } };
    },
  };
  const announcements = { routed: ({ id }: { id: string }) => announced.push(id), triaged: () => {} };
  const task: RoutedTask = {
    id: 't1',
    gen: 1,
    createdAt: new Date(0),
    traceparent: undefined,
    signal: new AbortController().signal,
    spec: {
      type: 'wait',
      description: '',
      params: {},
      domain: 'general',
      priority: 'normal',
      requires: [],

      hints: {},
      ...spec,
    },
  };
  const decision = generalRouter({ organs, announcements, clock: new VirtualClock() })(task);
  return { decision, asked, announced };
}

test('a task goes to the organ that organism names, and the route is stored with it', async () => {
  const { decision, asked, announced } = routed({ hints: { organ_id: 'utility_organ_1' }, requires: ['wait'] });
  expect(await decision).toEqual({
    to: 'utility_organ_1',
    route: {
      queue: 'utility_organ_1',
      organ_id: 'utility_organ_1',
      resolved_from: 'task',
      decided_at: '2026-11-22T00:00:00.000Z',
    },
  });
  expect(asked).toEqual([{ type: 'wait', domain: 'general', requires: ['wait'], preferred: 'utility_organ_1' }]);
  expect(announced).toEqual(['t1']);
});

test('triage is the coordinator’s own work', async () => {
  const { decision, asked } = routed({ type: 'anomaly_triage' });
  expect(await decision).toMatchObject({ to: 'triage', route: { resolved_from: 'own' } });
  expect(asked).toEqual([]);
});

test('a type nobody does is refused honestly', async () => {
  const { decision, announced } = routed({ type: 'no_such' }, async () => ({ none: 'no_route' }));
  expect(await decision).toEqual({
    refuse: { code: 'no_route', message: 'no organ does "no_such" in domain "general"' },
  });
  expect(announced).toEqual([]);
});

test('while organism is silent the task stays where it is', async () => {
  const { decision } = routed({}, async () => {
    throw new MeshError('no_responder', { target: 'organism.resolve_route' });
  });
  await expect(decision).rejects.toMatchObject({ code: 'no_responder' });
});
