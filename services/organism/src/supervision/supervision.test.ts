import { describe, expect, test } from 'vitest';
import { storeJournal } from '../adapters/store-journal.ts';
import type { SkillContext } from '../skill/skill-context.ts';
import { CRITICAL_AT_1_PERCENT, furthestFromUniform } from '../testing/uniformity.ts';
import { ORGAN, WatchedBed } from '../testing/watched-bed.ts';
import { deaf, ids, skillOf, submitAll, viewsOf } from '../testing/watched-work.ts';

describe('organism.A4: runs that hear nothing and come back too late', () => {
  test('are killed within 100 ms of the verdict, and what they bring changes nothing', async () => {
    const bed = new WatchedBed();
    const { supervision } = await bed.replica('one', [skillOf('deaf', deaf(bed, 4000))], 50);
    const tasks = await submitAll(bed, 'deaf', 50, { hints: { max_attempts: 1 } });
    const running = supervision.live.running();
    expect(running).toHaveLength(50);
    const judgedAt = bed.clock.wallMs();
    const kill = { kind: 'manual', reason: 'enough', by: 'test', respawn: true } as const;
    const held = Promise.all(running.map((attempt) => supervision.interventions.kill(attempt, kill)));
    await bed.clock.advance(100);
    const killed = await viewsOf(tasks, 50);
    expect(killed.map((view) => view?.attempts[0]?.outcome)).toEqual(Array(50).fill('killed'));
    for (const view of killed)
      expect(Date.parse(view?.attempts[0]?.ended_at ?? '') - judgedAt).toBeLessThanOrEqual(100);
    await bed.clock.advance(10_000);
    expect((await held).every((one) => one !== undefined)).toBe(true);
    expect(bed.counted.filter((what) => what === 'late ok')).toHaveLength(50);
    expect(await viewsOf(tasks, 50)).toEqual(killed);
    expect(bed.counted.filter((what) => what === 'ended ok')).toEqual([]);
    expect(supervision.live.running()).toEqual([]);
    expect(bed.told.map(({ stopped_by, next }) => `${stopped_by} ${next}`)).toEqual(
      Array(50).fill('agent dead_letter'),
    );
    const { records, complete } = await storeJournal(bed.process('reader').store).read();
    expect([records.length, complete]).toEqual([50, true]);
  });

  test('an agent has other work only when its thread is free', async () => {
    const bed = new WatchedBed();
    const { supervision, pool } = await bed.replica('one', [skillOf('deaf', deaf(bed, 60_000), { graceMs: 3000 })], 1);
    await submitAll(bed, 'deaf', 1);
    const [attempt] = supervision.live.running();
    if (attempt === undefined) throw new Error('nothing runs');
    const kill = { kind: 'manual', reason: 'enough', by: 'test', respawn: false } as const;
    await bed.passing(supervision.interventions.kill(attempt, kill));
    await bed.clock.advance(2500);
    expect(pool.list()[0]?.busy).toBe(true);
    await bed.clock.advance(1000);
    expect(pool.list()[0]?.busy).toBe(false);
    expect(bed.told[0]).toMatchObject({ stopped_by: 'fence', next: 'dead_letter' });
  });
});

describe('organism.A8: silence', () => {
  const quiet = (context: SkillContext) => context.pause(600_000);

  test('from the start on is ended as silent at 70 s and two looks at most; the next run knows why', async () => {
    const bed = new WatchedBed();
    const corrections: unknown[] = [];
    const skill = skillOf('quiet', async (context) => {
      corrections.push(context.correction);
      return context.attempt > 2 ? 'done' : context.attempt === 2 ? Promise.reject(new Error('x')) : quiet(context);
    });
    await bed.replica('one', [skill], 1);
    const tasks = await submitAll(bed, 'quiet', 1);
    const result = await bed.passing(tasks.wait('t0', { timeoutMs: 200_000 }));
    expect(result).toMatchObject({ state: 'succeeded', attempts: 3 });
    const [first] = (await tasks.get('t0'))?.attempts ?? [];
    const took = Date.parse(first?.ended_at ?? '') - Date.parse(first?.started_at ?? '');
    expect(took).toBeGreaterThanOrEqual(70_000);
    expect(took).toBeLessThanOrEqual(71_100);
    expect(first).toMatchObject({ outcome: 'killed', error: { details: { kind: 'silent' } } });
    expect(corrections).toMatchObject([undefined, { kind: 'silent' }, undefined]);
    expect(bed.told).toMatchObject([{ kind: 'silent', manager_id: 'sweeper', next: 'respawn', stopped_by: 'agent' }]);
  });

  test('for 25 s again and again ends nothing', async () => {
    const bed = new WatchedBed();
    const skill = skillOf('slow', async (context) => {
      for (let n = 0; n < 12; n++) {
        await context.pause(25_000);
        context.progress(`step ${n}`);
      }
      return 'done';
    });
    await bed.replica('one', [skill], 1);
    const tasks = await submitAll(bed, 'slow', 1);
    expect(await bed.passing(tasks.wait('t0', { timeoutMs: 400_000 }))).toMatchObject({ attempts: 1 });
    expect(bed.told).toEqual([]);
  });
});

describe('organism.A9: going in circles', () => {
  const asks = (repeatable: boolean) =>
    skillOf(
      'asks',
      async (context) => {
        for (let n = 0; n < 20; n++) {
          context.progress('asking', { tool: 'search', args: { q: 'x' }, result: [] });
          await context.pause(1000);
        }
        return 'done';
      },
      { repeatable },
    );

  test('the same call with the same result for the third time ends the run', async () => {
    const bed = new WatchedBed();
    await bed.replica('one', [asks(false)], 1);
    const tasks = await submitAll(bed, 'asks', 1, { hints: { max_attempts: 1 } });
    const result = await bed.passing(tasks.wait('t0', { timeoutMs: 60_000 }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'killed', details: { kind: 'repeat' } } });
    await bed.clock.advance(5000);
    expect(bed.told).toMatchObject([{ kind: 'repeat', manager_id: 'repeats', evidence: [3] }]);
  });

  test('a skill that polls may', async () => {
    const bed = new WatchedBed();
    await bed.replica('one', [asks(true)], 1);
    const tasks = await submitAll(bed, 'asks', 1);
    expect(await bed.passing(tasks.wait('t0', { timeoutMs: 60_000 }))).toMatchObject({ state: 'succeeded' });
  });
});

describe('organism.A10, the sweeper part: the host stands still', () => {
  test('a deadline of 6 s is kept by the others, 2 s late at most, on every one of 100 runs', async () => {
    const bed = new WatchedBed();
    const host = await bed.replica('one', [skillOf('deaf', deaf(bed, 600_000))], 100);
    for (const name of ['two', 'three']) await bed.replica(name, [], 0);
    const { tasks } = bed.process('client');
    const deadline_at = new Date(bed.clock.wallMs() + 6000).toISOString();
    await bed.passing(
      Promise.all(ids(100).map((id) => tasks.submit({ id, type: 'deaf', deadline_at }, { queue: ORGAN }))),
    );
    await bed.clock.advance(3000);
    expect(host.supervision.live.running()).toHaveLength(100);
    await host.freeze();
    await bed.clock.advance(7000);
    for (const view of await viewsOf(tasks, 100)) {
      expect(view?.state).toBe('expired');
      expect(Date.parse(view?.finished_at ?? '') - Date.parse(deadline_at)).toBeLessThanOrEqual(2000);
    }
  });

  test('a run that outlives its time is ended by one of them, once; silence is not judged', async () => {
    const bed = new WatchedBed();
    const long = skillOf('deaf', deaf(bed, 600_000), { limits: { timeoutMs: 8000, memoryMb: 16 } });
    const host = await bed.replica('one', [long], 4);
    const others = [await bed.replica('two', [], 0), await bed.replica('three', [], 0)];
    const tasks = await submitAll(bed, 'deaf', 4, { hints: { max_attempts: 1 } });
    await bed.clock.advance(2000);
    await host.freeze();
    await bed.clock.advance(8000);
    for (const view of await viewsOf(tasks, 4))
      expect(view?.attempts[0]).toMatchObject({ outcome: 'timeout', error: { details: { kind: 'run' } } });
    expect(bed.told.map(({ stopped_by }) => stopped_by)).toEqual(Array(4).fill('fence'));
    expect(others.flatMap(({ supervision }) => supervision.live.running())).toEqual([]);
  });
});

describe('organism.A11: again, and when to give up', () => {
  test('300 respawns: pauses uniform in their windows, the fourth end is a dead letter with four attempts', async () => {
    const bed = new WatchedBed(42);
    const told: unknown[] = [];
    const skill = skillOf('hangs', (context) => {
      told.push(context.correction);
      return context.pause(600_000);
    });
    const { supervision } = await bed.replica('one', [skill], 100);
    const tasks = await submitAll(bed, 'hangs', 100);
    const pauses: number[][] = [[], [], []];
    for (let round = 0; round < 4; round++) {
      const running = supervision.live.running();
      expect(running).toHaveLength(100);
      const kill = { kind: 'manual', reason: 'once more', by: 'test', respawn: true } as const;
      const held = await bed.passing(Promise.all(running.map((one) => supervision.interventions.kill(one, kill))));
      for (const one of held) if (one?.nextInMs !== undefined) pauses[round]?.push(one.nextInMs - 200);
      await bed.clock.advance(10_000);
    }
    for (const [k, drawn] of pauses.entries()) {
      const window = 1000 * 2 ** k;
      expect(drawn).toHaveLength(100);
      expect(furthestFromUniform(drawn.map((ms) => ms / window))).toBeLessThan(CRITICAL_AT_1_PERCENT);
    }
    expect(told.filter((one) => one !== undefined)).toHaveLength(300);
    const letters = await tasks.deadLetters({ limit: 100 });
    expect(letters.items.map(({ attempts }) => attempts.length)).toEqual(Array(100).fill(4));
    expect(supervision.live.running()).toEqual([]);
    expect(bed.counted.filter((what) => what === 'respawned')).toHaveLength(300);
  });

  test('ten drains end nothing', async () => {
    const bed = new WatchedBed();
    const skill = skillOf('hangs', (context) => context.pause(context.attempt > 10 ? 1000 : 600_000));
    const tasks = bed.process('client').tasks;
    await bed.passing(tasks.submit({ id: 't0', type: 'hangs' }, { queue: ORGAN }));
    for (let n = 0; n < 10; n++) {
      const replica = await bed.replica(`host-${n}`, [skill], 1);
      await bed.clock.advance(2000);
      await bed.passing(replica.queues.drain(0));
      await bed.passing(replica.supervision.stop());
    }
    await bed.replica('last', [skill], 1);
    expect(await bed.passing(tasks.wait('t0', { timeoutMs: 60_000 }))).toMatchObject({ state: 'succeeded' });
    const outcomes = (await tasks.get('t0'))?.attempts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual([...Array(10).fill('handed_back'), 'ok']);
  });

  test('the fifth lost run is a dead letter', async () => {
    const bed = new WatchedBed();
    const skill = skillOf('hangs', (context) => context.pause(600_000), {
      limits: { timeoutMs: 3_600_000, memoryMb: 16 },
    });
    const tasks = bed.process('client').tasks;
    await bed.passing(tasks.submit({ id: 't0', type: 'hangs' }, { queue: ORGAN }));
    for (let n = 0; n < 5; n++) {
      const replica = await bed.replica(`host-${n}`, [skill], 1);
      await bed.clock.advance(17_000);
      expect((await tasks.get('t0'))?.attempt).toBe(n + 1);
      await replica.freeze();
    }
    await bed.replica('last', [skill], 1);
    expect(await bed.passing(tasks.wait('t0', { timeoutMs: 60_000 }))).toMatchObject({
      state: 'failed',
      error: { code: 'runs_lost' },
    });
  });
});

describe('organism.A12: a skill that fails again and again', () => {
  test('is not run for 300 s, then by one probe among three replicas, and twice well closes it; nothing fails by waiting', async () => {
    const bed = new WatchedBed();
    let well = false;
    const begun: number[] = [];
    const skill = skillOf('shaky', async (context) => {
      begun.push(bed.clock.wallMs());
      await context.pause(100);
      if (!well) throw new Error('no');
      return 'done';
    });
    bed.process('coordinator').tasks.system();
    for (const name of ['one', 'two', 'three']) await bed.replica(name, [skill], 4);
    const { tasks } = bed.process('client');
    const submit = (id: string) =>
      bed.passing(tasks.submit({ id, type: 'shaky', hints: { max_attempts: 1 } }, { queue: ORGAN }));
    for (let n = 0; n < 6; n++) {
      await submit(`bad-${n}`);
      await bed.clock.advance(1000);
    }
    expect(begun).toHaveLength(6);
    expect(bed.moved).toEqual(['shaky open']);
    well = true;
    for (const id of ids(20)) await submit(id);
    await bed.clock.advance(290_000);
    expect(begun).toHaveLength(6);
    expect((await viewsOf(tasks, 20)).map((view) => view?.state)).toEqual(Array(20).fill('waiting'));
    await bed.clock.advance(400_000);
    const views = await viewsOf(tasks, 20);
    expect(views.map((view) => view?.state)).toEqual(Array(20).fill('succeeded'));
    expect(bed.moved).toEqual(['shaky open', 'shaky half_open', 'shaky closed']);
    // The second probe begins when the first has ended.
    const [first = 0, second = 0] = begun.slice(6);
    expect(second - first).toBeGreaterThanOrEqual(100);
    well = false;
    for (let n = 0; n < 6; n++) {
      await submit(`worse-${n}`);
      await bed.clock.advance(1000);
    }
    expect(bed.moved.at(-1)).toBe('shaky open');
  });
});
