import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';
import type { Settled } from '../worker.ts';
import { LetGo, type LetGoAs } from './let-go.ts';

/** One worker whose handler lets go as told, attempt by attempt, and then ends well. */
async function letting(go: readonly LetGoAs[], settled: Settled = () => undefined) {
  const all = new TaskBench();
  const { tasks } = all.process('client');
  const edges = await all.edges();
  const demo: Handler = async (_params, { attempt }) => {
    const as = go[attempt - 1];
    if (as !== undefined) throw new LetGo(as);
    return ok('done');
  };
  const worker = all.process('host').tasks.worker('general', { handlers: { demo }, settled });
  await all.passing(worker.ready);
  const run = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  expect(edges.illegal).toEqual([]);
  return { result: run.ok ? run.value.result : undefined, view: await tasks.get('a'), tasks };
}

test('what was handed back, or lost, is run again at once, and counts as that', async () => {
  const { result, view } = await letting(['handed_back', 'lost', 'handed_back']);
  expect(result).toMatchObject({ state: 'succeeded', value: 'done' });
  expect(view?.attempts.map(({ outcome }) => outcome)).toEqual(['handed_back', 'lost', 'handed_back', 'ok']);
});

test('handing back ends no task, and the fifth lost run does', async () => {
  const often = Array<LetGoAs>(10).fill('handed_back');
  expect((await letting(often)).result).toMatchObject({ state: 'succeeded', attempts: 11 });
  const { result, tasks } = await letting(Array<LetGoAs>(5).fill('lost'));
  expect(result).toMatchObject({ state: 'failed', error: { code: 'runs_lost' } });
  expect((await tasks.deadLetters({ limit: 1 })).items[0]).toMatchObject({ id: 'a', reason: 'runs_lost' });
});

test('whoever wants to know hears how the record took each end', async () => {
  const heard: Parameters<Settled>[0][] = [];
  const { view } = await letting(['lost'], (attempt) => heard.push(attempt));
  expect(heard).toEqual(view?.attempts.map(({ epoch }) => ({ id: 'a', epoch, held: true })));
});
