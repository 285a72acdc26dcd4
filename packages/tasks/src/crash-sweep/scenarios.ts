import { fail, ok } from '@seedcore/protocol';
import type { Handler } from '../handler.ts';
import { runPlan } from '../plan/run-plan.ts';
import type { Tasks, TaskView } from '../tasks.ts';
import type { OutsideWorld } from './outside-world.ts';
import type { Call, Scenario } from './scenario.ts';

const PATIENCE = { timeoutMs: 500_000 };
const LARGE = 'x'.repeat(6_000);

const submit =
  (spec: { readonly type: string; readonly [field: string]: unknown }, queue = 'general'): Call =>
  (tasks) =>
    tasks.submit({ id: 'a', ...spec }, { queue });
const ended =
  (gen = 1, id = 'a'): Call =>
  (tasks) =>
    tasks.wait(id, { ...PATIENCE, gen });

/** Looks until the task is as it should be; time passes between two looks because nobody else does anything. */
const seen =
  (is: (view: TaskView | undefined) => boolean): Call =>
  async (tasks) => {
    while (!is(await tasks.get('a'))) await tasks.wait('a', { timeoutMs: 100, gen: 99 });
  };

/** Finished steps of a keyed receiver, then something that must not be done twice. */
const pays =
  (world: OutsideWorld): Handler =>
  async (params, task) => {
    await task.step('fetch', (key) => world.keyed(key));
    const { find, blind } = world;
    const paid = await task.effect('pay', { run: blind.bind(world), find: find.bind(world) });
    return ok(await task.step('report', async () => [paid, String(params['note'] ?? '').length]));
  };

const work: Handler = async (params) =>
  params['fails'] === true ? fail('no', { said: params['say'] }) : ok({ said: params['say'] });
const step = (id: string, more: object = {}, params: object = {}) => ({
  id,
  task: { type: 'work', params: { say: id, ...params } },
  compensation: { type: 'work', params: { say: `not ${id}` } },
  ...more,
});
const plan = {
  steps: [
    step('one'),
    step('two', { depends_on: ['one'] }),
    step('three', { depends_on: ['one'] }),
    step('four', { depends_on: ['two', 'three'] }, { fails: true }),
  ],
};
const children = ['one', 'two', 'three', 'four', 'undo-one', 'undo-two', 'undo-three'].map((id) => `a-s-${id}`);

const redriven: Call = (tasks) => tasks.redrive({ id: 'a', fromStep: 'send', patch: { params: { to: 'home' } } });
/** Whoever does not know whether the first one was heard looks first. */
const retried: Call = async (tasks: Tasks) => {
  const now = await tasks.get('a');
  if (now?.gen === 1 || now?.finished_at === undefined) await tasks.retry('a', { fromStep: 'send' });
};

/** Sends nothing as long as it does not know where to, and not to the wrong place in its first life. */
const sends =
  (world: OutsideWorld): Handler =>
  async (params, task) => {
    await task.step('fetch', (key) => world.keyed(`${key} ${task.gen}`));
    return task.step('send', async () => {
      if (params['to'] === undefined && task.gen === 1) throw new Error('nowhere to send it');
      return ok(await world.keyed(`sent ${String(params['to'])}`));
    });
  };

const hang: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));

/** Hangs until somebody has told it what was wrong. */
const learns: Handler = (params, task) =>
  task.correction === undefined ? hang(params, task) : Promise.resolve(ok(task.correction));

/** Ends whatever attempt it finds running, until the task has come to its end. */
const supervised =
  (how: { readonly as?: 'expired'; readonly correction?: string }): Call =>
  async (tasks) => {
    for (let view = await tasks.get('a'); view?.finished_at === undefined; view = await tasks.get('a')) {
      const epoch = view?.attempts.at(-1)?.epoch ?? 0;
      if (view?.state === 'running') await tasks.replace('a', { epoch, reason: 'no news', ...how });
      await tasks.wait('a', { timeoutMs: 1_000 });
    }
  };

/** What is played with a death at every write. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'a step and an effect',
    handlers: (world) => ({ pays: pays(world) }),
    calls: [submit({ type: 'pays' }), ended()],
    tasks: ['a'],
  },
  {
    name: 'something to be delivered by the attempt that counts',
    handlers: (world) => {
      let tries = 0;
      return {
        tells: async (_params, task) => {
          await task.step('fetch', (key) => world.keyed(key));
          tries += 1;
          if (tries === 1) throw new Error('what it would have told is told by nobody');
          return { ok: true, value: 'told', ext: ['a post', 'another'] };
        },
      };
    },
    deliver: (world) => async (left) => {
      for (const [i, post] of [left.ext].flat().entries()) await world.keyed(`${left.id}/${i} ${String(post)}`);
    },
    calls: [submit({ type: 'tells', hints: { max_attempts: 20 } }), ended()],
    tasks: ['a'],
  },
  {
    name: 'a large input through a router',
    handlers: (world) => ({ pays: pays(world) }),
    calls: [submit({ type: 'pays', params: { note: LARGE } }, 'front'), ended()],
    tasks: ['a'],
  },
  {
    name: 'an attempt that fails, once soon and once for longer',
    handlers: (world) => {
      let tries = 0;
      return {
        fails: async (_params, task) => {
          await task.step('first', (key) => world.keyed(key));
          tries += 1;
          if (tries <= 2) throw Object.assign(new Error('not yet'), tries === 2 ? { retryAfterMs: 90_000 } : {});
          return ok('at last');
        },
      };
    },
    calls: [submit({ type: 'fails', hints: { max_attempts: 20 } }), ended()],
    tasks: ['a'],
  },
  {
    name: 'durable.A8, in part: a dead letter, repaired and redriven from a step',
    handlers: (world) => ({ sends: sends(world) }),
    calls: [submit({ type: 'sends', hints: { max_attempts: 2 } }), ended(), redriven, ended(2)],
    tasks: ['a'],
  },
  {
    name: 'an ended task, done again from a step',
    handlers: (world) => ({ sends: sends(world) }),
    calls: [submit({ type: 'sends', hints: { max_attempts: 1 } }), ended(), retried, ended(2)],
    tasks: ['a'],
  },
  {
    name: 'a signal to one that waits',
    handlers: (world) => ({
      waits: async (_params, task) => {
        const until = await task.step('until', async () =>
          new Date(Date.parse(task.spec.deadline_at ?? '')).toISOString(),
        );
        const given = await task.waitFor('approve', { until: new Date(until) });
        return ok([given?.value, await task.step('after', (key) => world.keyed(key))]);
      },
    }),
    calls: [
      submit({ type: 'waits', deadline_at: '2026-11-22T01:00:00.000Z' }),
      seen((view) => view?.state === 'waiting'),
      (tasks) => tasks.signal({ id: 'a', name: 'approve', value: 'yes' }),
      ended(),
    ],
    tasks: ['a'],
  },
  {
    name: 'a nap and a child',
    handlers: (world) => ({
      parent: async (_params, task) => {
        await task.sleep('nap', 5_000);
        const child = await task.child('pay', { type: 'pays' });
        return ok([child.state, await task.step('after', (key) => world.keyed(key))]);
      },
      pays: pays(world),
    }),
    calls: [submit({ type: 'parent' }), ended()],
    tasks: ['a', 'a-s-pay'],
  },
  {
    name: 'durable.A16, in part: a plan that is undone',
    handlers: () => ({ plan: runPlan, work }),
    calls: [submit({ type: 'plan', params: plan }), ended()],
    tasks: ['a', ...children],
  },
  {
    name: 'a task of later that is cancelled',
    handlers: () => ({}),
    calls: [
      submit({ type: 'none', run_after: '2026-11-22T00:02:00.000Z' }),
      (tasks) => tasks.cancel('a', { reason: 'enough' }),
      ended(),
    ],
    tasks: ['a'],
  },
  {
    name: 'a running parent that is cancelled with its child',
    handlers: () => ({
      parent: async (_params, task) => ok(await task.child('hang', { type: 'hang' })),
      hang,
    }),
    calls: [
      submit({ type: 'parent' }),
      async (tasks) => {
        while ((await tasks.get('a-s-hang'))?.state !== 'running') await tasks.wait('a', { timeoutMs: 100 });
      },
      (tasks) => tasks.cancel('a', { reason: 'enough' }),
      ended(),
      ended(1, 'a-s-hang'),
    ],
    tasks: ['a', 'a-s-hang'],
  },
  {
    name: 'attempts that a supervisor ends, until one has learnt',
    handlers: () => ({ learns }),
    calls: [
      submit({ type: 'learns', hints: { max_attempts: 20 } }),
      seen((view) => view?.state === 'running'),
      supervised({ correction: 'answer' }),
      ended(),
    ],
    tasks: ['a'],
  },
  {
    name: 'an attempt that a supervisor ends at the deadline of its task',
    handlers: () => ({ hang }),
    calls: [submit({ type: 'hang', deadline_at: '2026-11-22T00:01:00.000Z' }), supervised({ as: 'expired' }), ended()],
    tasks: ['a'],
  },
  {
    name: 'a task that nobody runs before its deadline',
    handlers: () => ({}),
    calls: [submit({ type: 'none', deadline_at: '2026-11-22T00:01:00.000Z' }, 'nobody'), ended()],
    tasks: ['a'],
  },
];
