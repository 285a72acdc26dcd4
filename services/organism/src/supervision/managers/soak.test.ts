import type { Metrics } from '@seedcore/runtime';
import { expect, test } from 'vitest';
import { storeJournal } from '../../adapters/store-journal.ts';
import type { SkillContext } from '../../skill/skill-context.ts';
import { manage } from '../../testing/managed.ts';
import { ORGAN, type Replica, WatchedBed } from '../../testing/watched-bed.ts';
import { skillOf } from '../../testing/watched-work.ts';

const TASKS = 200;
/** Tasks come for this long, in ms. */
const SOAK_MS = 600_000;

/** The sum of a counter over replicas, of the series with these labels. */
const total = (replicas: readonly Replica[], name: string) =>
  replicas
    .flatMap(({ metrics }: { metrics: Metrics }) => metrics.text().split('\n'))
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

const babble = async (context: SkillContext, seconds = 40) => {
  for (let i = 0; i < seconds; i++) {
    context.progress(`bad ${i}`);
    await context.pause(1000);
  }
};

/** Works, works the second time, says no, never works, raves, repeats itself, and comes back too late. */
const skills = (bed: WatchedBed) => {
  const work = async (context: SkillContext) => {
    for (let i = 0; i < 4; i++) {
      context.progress(`part ${i}`, { pct: i / 4 });
      await context.pause(500);
    }
    return 'done';
  };
  return [
    skillOf('works', work),
    skillOf('shaky', async (context) => (context.attempt === 1 ? Promise.reject(new Error('no')) : work(context))),
    skillOf('doomed', () => Promise.reject(new Error('never'))),
    skillOf('raves', async (context) => (context.attempt === 1 ? babble(context) : work(context))),
    skillOf('repeats', async (context) => {
      while (context.attempt === 1) {
        context.progress('again', { tool: 'search', args: { q: 1 }, result: 'nothing' });
        await context.pause(200);
      }
      return work(context);
    }),
    skillOf('late', async (context) => {
      if (context.attempt > 1) return work(context);
      await babble({ ...context, pause: (ms) => new Promise((resolve) => bed.clock.after(ms, resolve)) }, 15);
      return 'too late';
    }),
  ];
};

const KINDS = ['works', 'works', 'shaky', 'raves', 'works', 'late', 'works', 'works', 'repeats', 'works'];

test('organism.A14: after ten minutes every total is what the journals say, and no pulse is larger than 2 KiB', async () => {
  const bed = new WatchedBed(7);
  const replicas: Replica[] = [];
  for (const name of ['one', 'two', 'three']) replicas.push(await bed.replica(name, skills(bed), 6));
  for (const replica of replicas) manage(replica, bed, { hosts: replicas });
  const { tasks, store } = bed.process('client');
  const ids: string[] = [];
  for (let n = 0; n < TASKS; n++) {
    const type = n === 39 ? 'doomed' : (KINDS[n % KINDS.length] ?? 'works');
    ids.push(`t${n}`);
    await bed.passing(tasks.submit({ id: `t${n}`, type }, { queue: ORGAN }));
    await bed.clock.advance(SOAK_MS / TASKS);
  }
  await bed.clock.advance(120_000);
  const views = await Promise.all(ids.map(async (id) => (await tasks.get(id)) ?? expect.fail(id)));
  const succeeded = views.filter(({ state }) => state === 'succeeded').length;
  const failed = views.filter(({ state }) => state === 'failed').length;
  expect(succeeded + failed).toBe(TASKS);
  const attempts = views.map((view) => view.attempts);
  const of = (kind: string) => ({ kind, n: records.filter((record) => record.kind === kind).length });
  const { records } = await storeJournal(store).read();
  expect([of('pad').n, of('repeat').n].every((n) => n > 10)).toBe(true);
  // Each of these is ended once, hears nothing, and comes back within its grace.
  const late = records.filter(({ skill }) => skill === 'late').length;
  expect(late).toBeGreaterThan(0);
  expect({
    spawned: total(replicas, 'eros_interns_spawned_total'),
    respawned: total(replicas, 'eros_respawns_total'),
    letters: total(replicas, 'eros_dead_letters_total'),
    ended: total(replicas, 'eros_task_duration_seconds_count'),
    killed: total(replicas, 'eros_interns_killed_total'),
    interventions: total(replicas, 'eros_interventions_total'),
    pad: total(replicas, 'eros_interns_killed_total{kind="pad"}'),
    late: total(replicas, 'eros_late_results_total{outcome="ok"}'),
    shadow: total(replicas, 'eros_shadow_kills_total{version="1"}'),
  }).toEqual({
    spawned: attempts.flat().length,
    respawned: attempts.flatMap((all) => all.slice(1)).length,
    letters: (await tasks.deadLetters({ limit: 1000 })).items.length,
    ended: succeeded,
    killed: records.length,
    interventions: records.length,
    pad: of('pad').n,
    late,
    shadow: of('pad').n,
  });
  const { pulses } = bed.managers;
  expect(Math.max(...pulses.map((pulse) => Buffer.byteLength(JSON.stringify(pulse))))).toBeLessThanOrEqual(2048);
  const last = ['o-m0', 'o-m1'].flatMap((id) => bed.managers.last(id) ?? []);
  const sum = (of: (pulse: (typeof last)[number]) => number) => last.reduce((all, pulse) => all + of(pulse), 0);
  expect({
    completed: sum(({ tasks: { completed } }) => completed),
    dead: sum(({ tasks: { dead } }) => dead),
    respawned: sum(({ respawned }) => respawned),
    pad: sum(({ interventions: { pad = 0 } }) => pad),
  }).toEqual({
    completed: succeeded,
    dead: failed,
    respawned: attempts.flatMap((all) => all.slice(1)).length,
    pad: of('pad').n,
  });
});
