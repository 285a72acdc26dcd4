import type { RunTask } from '@seedcore/contracts';
import { openReplica, openWorld } from './fake-replica.ts';

/** The agent tests create. */
export const scout = { organ_id: 'utility_organ_1', agent_id: 'scout_7' };
/** A task that is done at once. */
export const sum = { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };
/** A task that takes so long. */
export const wait = (ms: number) => ({ type: 'wait', params: { for_ms: ms, hold: true } });

/** Two replicas that know each other; the first, which has the agents of the first start, is asked. */
export async function openTwo() {
  const world = openWorld();
  const one = await openReplica(world, 'one');
  const two = await openReplica(world, 'two');
  await world.clock.advance(2500);
  // The first itself, not any of them.
  const here = { instance: one.client.instance };
  const create = (wish: object = {}) => world.passing(one.client.create_agent({ ...scout, ...wish }, here));
  return {
    ...{ world, one, two, here, create },
    run: (wish: object, task: Partial<RunTask> & { readonly type: string } = sum) =>
      world.passing(one.client.execute_on_agent({ agent_id: scout.agent_id, task, ...wish }, here)),
    /** The agent as it is, from a creation that must have worked. */
    async made(wish: object = {}) {
      const reply = await create(wish);
      if (!reply.ok) throw new Error(JSON.stringify(reply.failure));
      return reply.value;
    },
  };
}
