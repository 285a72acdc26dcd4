import { afterEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';
import { pageReader, type Replica, WORKERS_ORGAN, WorkerProgram } from './testing/worker-program.ts';

let world: World;
let open: Replica[] = [];
afterEach(async () => {
  const all = open;
  open = [];
  await Promise.all(all.map(({ running }) => world.passing(running.drain?.(1000) ?? Promise.resolve())));
});

async function replica(name: string): Promise<Replica> {
  const one = await openReplica(world, name);
  open.push(one);
  await world.clock.advance(3000);
  return one;
}

async function first(): Promise<Replica> {
  world = openWorld();
  return replica('one');
}

const programOf = (name: string, at: Replica) => new WorkerProgram(name, at, world);
const task = (id: string) => ({ task: { id, type: 'ocr_page', params: { page: 3 } } });
const defined = <T>(value: T | undefined): T => value ?? expect.fail('there should be one');

describe('a worker', () => {
  test('says what it can do, and is in the registry and the catalogue as an agent of kind remote', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    expect(await ocr.hello({ concurrency: 2, timeout_ms: 60_000 })).toBeUndefined();
    expect(ocr.agents).toEqual(['ocr_page-ocr-1-0', 'ocr_page-ocr-1-1']);
    const listed = await world.passing(one.client.list_agents({ skill: 'ocr_page' }));
    expect(listed).toMatchObject({ value: { agents: [{ kind: 'remote', host: 'one', presence: 'idle' }, {}] } });
    const capable = await world.passing(one.client.get_organ_capabilities({ skill: 'ocr_page' }));
    expect(capable).toMatchObject({
      value: { skills: [{ isolation: 'remote', organs: [WORKERS_ORGAN], agents: 2, input: pageReader.input }] },
    });
    const route = await world.passing(one.client.resolve_route({ task: { type: 'ocr_page' } }));
    expect(route).toMatchObject({ value: { logical_id: WORKERS_ORGAN, queue: 'sk_ocr_page' } });
  });

  test('does what a caller of handle_task waits for', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello();
    const outcome = one.client.handle_task(task('t1'));
    const work = defined(await world.passing(ocr.claim()));
    expect(work).toMatchObject({ task_id: 't1', attempt: 1, agent_id: 'ocr_page-ocr-1-0', input: { page: 3 } });
    expect(await ocr.progress(work, 1)).toMatchObject({ value: { go: 'on' } });
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    expect(await world.passing(outcome)).toMatchObject({
      value: { state: 'succeeded', result: { text: 'hi' }, agent_id: 'ocr_page-ocr-1-0', skill: 'ocr_page' },
    });
  });

  test('may mend its output once, and an input that does not fit never reaches it', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello();
    const bad = one.client.handle_task({ task: { id: 'bad', type: 'ocr_page', params: { page: 'three' } } });
    const outcome = one.client.handle_task(task('t1'));
    const work = defined(await world.passing(ocr.claim()));
    expect(work.task_id).toBe('t1');
    expect(await world.passing(bad)).toMatchObject({
      failure: { code: 'skill_failed', details: { code: 'bad_input' } },
    });
    expect(await ocr.finish(work, { txt: 'hi' })).toMatchObject({ code: 'bad_output', details: { may_repeat: true } });
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    expect(await world.passing(outcome)).toMatchObject({ value: { state: 'succeeded' } });
  });

  test('is asked in place by the name of its agent, while it asks for work', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello();
    const named = { agent_id: 'ocr_page-ocr-1-0', task: { type: 'ocr_page', params: { page: 1 } } };
    expect(await world.passing(one.client.execute_on_agent(named))).toMatchObject({ failure: { code: 'agent_busy' } });
    const claim = ocr.claim();
    await world.clock.advance(10);
    const outcome = one.client.execute_on_agent(named);
    const work = defined(await world.passing(claim));
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    expect(await world.passing(outcome)).toMatchObject({ value: { result: { text: 'hi' } } });
  });

  test('that says bye hands back what it has, and its agents are gone', async () => {
    const one = await first();
    const [ocr, other] = [programOf('ocr-1', one), programOf('ocr-2', one)];
    await ocr.hello();
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    await other.hello();
    const bye = await world.passing(one.workers.bye({ worker: 'ocr-1', handle: ocr.handle }));
    expect(bye).toMatchObject({ value: { handed_back: 1 } });
    expect(defined(await world.passing(other.claim()))).toMatchObject({ task_id: 't1', attempt: 2 });
    expect(await ocr.finish(work)).toEqual({ accepted: false, outcome: 'handed_back', late: true });
    const listed = await world.passing(one.client.list_agents({ skill: 'ocr_page' }));
    expect(listed).toMatchObject({ value: { agents: [{ agent_id: 'ocr_page-ocr-2-0' }] } });
  });
});

describe('names', () => {
  test('a name is taken while its worker is heard, and free when it is not any more', async () => {
    const one = await first();
    const [ocr, twin] = [programOf('ocr-1', one), programOf('ocr-1', one)];
    await ocr.hello();
    expect(await twin.hello()).toMatchObject({ code: 'worker_taken' });
    await world.clock.advance(12_000);
    expect(await twin.hello()).toBeUndefined();
    expect(twin.handle).toBeGreaterThan(ocr.handle);
    expect(await ocr.beat()).toMatchObject({
      failure: { code: 'stale_handle', details: { current_handle: twin.handle } },
    });
  });

  test('other schemas under one version, and the name of a built-in skill, are a skill_conflict', async () => {
    const one = await first();
    await programOf('ocr-1', one).hello();
    const other = programOf('ocr-2', one);
    expect(await other.hello({ output: { type: 'string' } })).toMatchObject({ code: 'skill_conflict' });
    expect(await other.hello({ name: 'wait' })).toMatchObject({ code: 'skill_conflict', details: { skill: 'wait' } });
    expect(await other.hello({ output: { type: 'string' }, version: '1.1.0' })).toBeUndefined();
  });

  test('whoever was never here has to say hello', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    expect(await ocr.beat()).toMatchObject({ failure: { code: 'unknown_worker' } });
    expect(await ocr.progress({ task_id: 'x', epoch: 1 }, 1)).toMatchObject({ value: { go: 'stop', kind: 'lost' } });
    expect(await ocr.finish({ task_id: 'x', epoch: 1 })).toMatchObject({ accepted: false, late: true });
  });
});

describe('a worker is watched', () => {
  test('organism.A18, in virtual time: one that dies half-way loses its task to another, and its late finish is refused', async () => {
    const one = await first();
    const [ocr, other] = [programOf('ocr-1', one), programOf('ocr-2', one)];
    await ocr.hello();
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    await ocr.progress(work, 1);
    await other.hello();
    const from = world.clock.now();
    const claim = other.claim(25_000);
    await other.live(14_000);
    const again = defined(await world.passing(claim));
    expect(again).toMatchObject({ task_id: 't1', attempt: 2 });
    expect(world.clock.now() - from).toBeLessThanOrEqual(25_000);
    expect(await ocr.finish(work)).toEqual({ accepted: false, outcome: 'lost', late: true });
    expect(await other.finish(again)).toEqual({ accepted: true });
    expect((await one.tasks.get('t1'))?.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ok']);
  });

  test('work that is not begun in time goes to the next worker', async () => {
    const one = await first();
    const [ocr, other] = [programOf('ocr-1', one), programOf('ocr-2', one)];
    await ocr.hello();
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    defined(await world.passing(ocr.claim()));
    await other.hello();
    const claim = other.claim(25_000);
    for (let i = 0; i < 6; i++) await Promise.all([ocr.beat(), other.live(2000)]);
    expect(defined(await world.passing(claim))).toMatchObject({ task_id: 't1', attempt: 2 });
  });

  test('the silent clock ends its run, its next beat says stop, and the next run knows why', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello({ silent_ms: 5000 });
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    await ocr.progress(work, 1);
    await ocr.live(38_000, [work]);
    expect(await ocr.beat([work])).toMatchObject({ value: { stop: [{ task_id: 't1', kind: 'silent' }] } });
    expect(await ocr.finish(work)).toMatchObject({ accepted: false, outcome: 'killed' });
    const again = defined(await world.passing(ocr.claim()));
    expect(again).toMatchObject({ attempt: 2, correction: { kind: 'silent', last_segments_digest: 'page 1' } });
    expect(await ocr.finish(again)).toEqual({ accepted: true });
  });

  test('kill_agent ends its run at once, and whoever lets go is told to have done so', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello();
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    await ocr.progress(work, 1);
    const killed = one.client.kill_agent({ agent_id: work.agent_id, reason: 'enough', respawn: false });
    await world.clock.advance(50);
    expect((await one.tasks.get('t1'))?.state).toBe('failed');
    expect(await ocr.progress(work, 2)).toMatchObject({ value: { go: 'stop', kind: 'manual' } });
    expect(await ocr.finish(work)).toEqual({ accepted: false, outcome: 'killed', late: true });
    expect(await world.passing(killed)).toMatchObject({ value: { stopped_by: 'agent', attempt: { task_id: 't1' } } });
  });

  test('an effect is done once: a later run gets its value, and what nobody knows ends the task', async () => {
    const one = await first();
    const ocr = programOf('ocr-1', one);
    await ocr.hello({ side_effects: true });
    const effect = async ({ task_id, epoch }: { task_id: string; epoch: number }, phase: 'begin' | 'commit') => {
      const value = phase === 'commit' ? { value: { id: 'm1' } } : {};
      const given = { worker: 'ocr-1', task_id, epoch, name: 'mail', phase, ...value };
      return world.passing(one.workers.effect(given));
    };
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    expect(await effect(work, 'begin')).toMatchObject({ value: { run: true, key: 't1/mail' } });
    expect(await effect(work, 'commit')).toMatchObject({ value: { ok: true } });
    const failing = {
      worker: 'ocr-1',
      task_id: 't1',
      epoch: work.epoch,
      status: 'error' as const,
      error: { code: 'later' },
    };
    expect(await world.passing(one.workers.finish(failing))).toMatchObject({ value: { accepted: true } });
    const again = defined(await world.passing(ocr.claim()));
    expect(await effect(again, 'begin')).toMatchObject({ value: { run: false, value: { id: 'm1' } } });
    await ocr.finish(again);
    await one.tasks.submit(task('t2').task, { queue: 'sk_ocr_page' });
    const begun = defined(await world.passing(ocr.claim()));
    await effect(begun, 'begin');
    const failed = { ...failing, task_id: 't2', epoch: begun.epoch };
    await world.passing(one.workers.finish(failed));
    const unknown = defined(await world.passing(ocr.claim()));
    expect(await effect(unknown, 'begin')).toMatchObject({ value: { run: false, unknown: true } });
    await world.clock.advance(100);
    expect(await one.tasks.get('t2')).toMatchObject({ state: 'failed', error: { code: 'effect_unknown' } });
  });
});

describe('any replica', () => {
  test('takes any message, and one whose keeper is gone keeps the worker from then on', async () => {
    const one = await first();
    const two = await replica('two');
    const ocr = programOf('ocr-1', one);
    await ocr.hello();
    ocr.at = two;
    await one.tasks.submit(task('t1').task, { queue: 'sk_ocr_page' });
    const work = defined(await world.passing(ocr.claim()));
    expect(await ocr.progress(work, 1)).toMatchObject({ value: { go: 'on' } });
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    expect(await ocr.finish(work)).toEqual({ accepted: true });
    await one.tasks.submit(task('t2').task, { queue: 'sk_ocr_page' });
    const lost = defined(await world.passing(ocr.claim()));
    await ocr.progress(lost, 1);
    open = [two];
    world.bus.kill('one');
    one.store.broker.die();
    expect(await ocr.progress(lost, 2)).toMatchObject({ value: { go: 'stop', kind: 'lost' } });
    const claim = ocr.claim(25_000);
    await ocr.live(20_000);
    const again = defined(await world.passing(claim));
    expect(again).toMatchObject({ task_id: 't2', attempt: 2 });
    expect(await ocr.finish(lost)).toEqual({ accepted: false, outcome: 'lost', late: true });
    expect(await ocr.finish(again)).toEqual({ accepted: true });
  });
});
