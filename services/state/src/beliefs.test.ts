import { expect, test } from 'vitest';
import { start } from './testing/started-state.ts';

const failure = (code: string, details: unknown = expect.anything()) => ({ ok: false, failure: { code, details } });

test('a project begins, is advanced once for each request, and shows its earlier turns', async () => {
  const service = await start();
  const p = { project_id: 'p1' };
  expect(await service.get_belief(p)).toEqual(failure('unknown_project', { project_id: 'p1' }));
  const step = { ...p, new_state: 'build', request_id: 'r-1' };
  expect(await service.advance_belief(step)).toEqual(failure('unknown_project', { project_id: 'p1' }));
  const begun = await service.set_constraints({
    ...p,
    ...{ constraints: { budget: 3 }, expected_revision: 0, request_id: 'r-0' },
  });
  expect(begun).toMatchObject({ ok: true, value: { turn: 0, revision: 1 } });
  const first = await service.advance_belief(step);
  expect(first).toMatchObject({ ok: true, value: { turn: 1, revision: 3, duplicate: false } });
  expect(
    await service.advance_belief({ ...step, request_id: 'r-2', new_state: 'test', expected_turn: 1 }),
  ).toMatchObject({
    value: { turn: 2 },
  });
  expect(await service.advance_belief(step)).toMatchObject({ value: { turn: 1, revision: 3, duplicate: true } });
  expect(await service.advance_belief({ ...step, request_id: 'r-3', expected_turn: 1 })).toEqual(
    failure('turn_conflict', { current_turn: 2 }),
  );
  expect(await service.get_belief(p)).toMatchObject({ value: { belief: { turn: 2, state: 'test' }, revision: 5 } });
  expect(await service.get_belief({ ...p, at_turn: 1 })).toMatchObject({
    value: { belief: { turn: 1, state: 'build', constraints: { budget: 3 } }, revision: 3 },
  });
  expect(await service.get_belief({ ...p, at_turn: 9 })).toEqual(
    failure('turn_not_kept', { oldest_turn: 0, current_turn: 2 }),
  );
  expect(service.told.filter((kind) => kind === 'belief_changed')).toHaveLength(3);
});

test('constraints are set over what was seen, in the turn it is in, by nobody of the past', async () => {
  const service = await start();
  const p = { project_id: 'p1', request_id: 'r-0' };
  await service.set_constraints({ ...p, constraints: {}, expected_revision: 0, epoch: 7 });
  const wish = { ...p, request_id: 'r-1', constraints: { a: [1] } };
  expect(await service.set_constraints({ ...wish, expected_revision: 0 })).toEqual(
    failure('conflict', { current_revision: 1 }),
  );
  expect(await service.set_constraints({ ...wish, expected_revision: 1, epoch: 6 })).toEqual(
    failure('stale_epoch', { current_epoch: 7 }),
  );
  const set = await service.set_constraints({ ...wish, expected_revision: 1 });
  expect(set).toMatchObject({
    value: { revision: 3, turn: 0, constraints_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(await service.set_constraints({ ...wish, expected_revision: 1 })).toEqual(set);
  const large = { text: 'x'.repeat(70_000) };
  expect(
    await service.set_constraints({ ...wish, request_id: 'r-2', constraints: large, expected_revision: 2 }),
  ).toEqual(failure('too_large', { limit: 65_536, got: 70_011 }));
});
