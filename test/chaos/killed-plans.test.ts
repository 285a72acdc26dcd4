import { expect, test } from 'vitest';
import type { TaskHistory } from '../checkers/task-history.ts';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import type { TaskWorld } from './world/task-world.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A16';
const PLANS = scaled(6, 200);
const bed = worldOnBroker();

const work = (name: string, params: object = {}) => ({ type: 'work', queue: 'demo', params: { name, ...params } });
/** In a plan that meets, neither of b and c ends before the other has begun. */
type Shape = { readonly undoFails: boolean; readonly meets?: boolean };
/** a, then b beside c, then d, which fails; all but d can be taken back, and c cannot when `undoFails`. */
const diamond = (plan: string, { undoFails, meets = false }: Shape) => [
  { id: 'a', task: work('a'), compensation: work('not a') },
  {
    id: 'b',
    task: work('b', { ms: 600, ...(meets ? { beside: `${plan}-s-c` } : {}) }),
    compensation: work('not b'),
    depends_on: ['a'],
  },
  {
    id: 'c',
    task: work('c', { ms: 300, ...(meets ? { beside: `${plan}-s-b` } : {}) }),
    compensation: work('not c', { fails: undoFails }),
    depends_on: ['a'],
  },
  { id: 'd', task: work('d', { fails: true }), depends_on: ['b', 'c'] },
];

/** How every step of a plan came out, and the tasks of it as their records end, without times. */
async function endOf(world: TaskWorld, id: string): Promise<unknown> {
  const result = await world.tasks.wait(id, { timeoutMs: TEST_MS });
  const details = result?.error?.details;
  const names = ['a', 'b', 'c', 'd', 'undo-a', 'undo-b', 'undo-c'];
  const children = await Promise.all(names.map((step) => world.tasks.get(`${id}-s-${step}`)));
  const steps = Reflect.get(Object(details), 'steps');
  return {
    state: result?.state,
    code: result?.error?.code,
    steps: Array.isArray(steps) ? steps.map((step) => [step.id, step.state]) : details,
    children: children.map((child) => [child?.state, child?.result?.value]),
  };
}

/** Between the beginning of its last attempt and its end, by the record of a step. */
function runOf({ writes }: TaskHistory, id: string): { readonly from: number; readonly to: number } {
  const last = writes.findLast((write) => write.id === id)?.record;
  return { from: Date.parse(last?.attempts.at(-1)?.started_at ?? ''), to: Date.parse(last?.finished_at ?? '') };
}

test(
  `${CLAIM}: plans whose last step fails end the same whatever is killed: b beside c, undone in reverse, a failed undoing shown`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    const { crew } = world;
    await Promise.all([crew.worker(), crew.worker(), crew.coordinator()]);
    const planOf = (id: string, shape: Shape) => ({ id, type: 'plan', params: { steps: diamond(id, shape) } });
    await world.submitAll([planOf('calm', { undoFails: false, meets: true }), planOf('stuck', { undoFails: true })]);
    const [calm, stuck] = [await endOf(world, 'calm'), await endOf(world, 'stuck')];
    const steps = [
      ['a', 'undone'],
      ['b', 'undone'],
      ['c', 'undone'],
      ['d', 'failed'],
    ];
    expect(calm).toMatchObject({ state: 'failed', code: 'plan_failed', steps });
    expect(stuck).toMatchObject({ steps: steps.map(([id, end]) => [id, id === 'c' ? 'undo_failed' : end]) });
    const unfaulted = await world.history();
    const [b, c] = [runOf(unfaulted, 'calm-s-b'), runOf(unfaulted, 'calm-s-c')];
    expect(b.from < c.to && c.from < b.to).toBe(true);
    const over = new AbortController();
    const harassing = crew.harass(random, 700, over.signal);
    const ids = Array.from({ length: PLANS }, (_, i) => `p${i}`);
    await world.submitAll(ids.map((id, i) => planOf(id, { undoFails: i % 3 === 2 })));
    const ends = await Promise.all(ids.map((id) => endOf(world, id)));
    over.abort();
    const kills = await harassing;
    expect(ends).toEqual(ids.map((_, i) => (i % 3 === 2 ? stuck : calm)));
    const { writes } = await world.check();
    const undone = writes.filter(({ id, record }) => id.includes('-s-undo-') && record?.finished_at !== undefined);
    expect(new Set(undone.map(({ id }) => id)).size).toBe(3 * (PLANS + 2));
    figures(CLAIM, { plans: PLANS + 2, kills, undone: undone.length });
  },
  TEST_MS,
);
