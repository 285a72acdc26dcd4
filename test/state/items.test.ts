import { jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { headerNames } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { type Answer, startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const REPLICAS = ['one', 'two', 'three'] as const;
type Replica = (typeof REPLICAS)[number];
/** No reply is waited for longer, in ms: the machine may have other things to do. */
const PATIENCE_MS = 120_000;

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: [] });
  await Promise.all(REPLICAS.map((name) => starter(name).printed(/"state":"ready"/)));
});
afterAll(() => mesh?.stop());

const starter = (name: string): Program => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' });

async function ask(replica: Replica, endpoint: string, input: object): Promise<Answer['body']> {
  const subject = `${mesh.ns}.inst.state.${replica}.${endpoint}`;
  const patient = headers();
  patient.set(headerNames.deadlineMs, String(PATIENCE_MS));
  return (await mesh.nats.request(subject, JSON.stringify(input), { timeout: PATIENCE_MS, headers: patient })).json();
}

const turn = (i: number): Replica => REPLICAS[i % REPLICAS.length] ?? 'one';

test('of 1000 who would make a value one does, and all see it (state.A3)', async () => {
  const asked = Array.from({ length: 1000 }, (_, by) => ask(turn(by), 'get_item', { key: 'made', if_absent: { by } }));
  const answers = await Promise.all(asked);
  expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ value }) => JSON.stringify(value))).size).toBe(1);
});

test('of 500 who find nothing one gets a token, and 499 get the value after one fill (state.A4)', async () => {
  const wish = { key: 'cold page', claim: true, claim_ttl_ms: 60_000, wait_ms: 2000 };
  let fills = 0;
  /** What a caller does: it makes the value if it is told to, and asks again while somebody else makes it. */
  const obtain = (i: number) =>
    until(`the value for ${i}`, async () => {
      const { found, value, claim, error } = await ask(turn(i), 'get_item', wish);
      if (error !== undefined) throw new Error(JSON.stringify(error));
      if (found) return value;
      if (claim === undefined) return undefined;
      fills += 1;
      await ask(turn(i + 1), 'set_item', { key: wish.key, value: `made by ${i}`, claim_token: claim.token });
      return undefined;
    });
  const values = await Promise.all(Array.from({ length: 500 }, (_, i) => obtain(i)));
  expect(fills).toBe(1);
  expect(new Set(values).size).toBe(1);
});

/** A process that takes the claim on a page for so long. */
const filler = (key: string, claimMs: number): Program => {
  const args = [`${root}test/state/main-filler.ts`, mesh.ns, key, String(claimMs)];
  return new Program(process.execPath, args, { env: { NATS_URL: mesh.url } });
};

test('a filler that is stopped in its tracks is replaced, and what it brings when it goes on changes nothing (state.A4)', async () => {
  const key = 'frozen page';
  const frozen = filler(key, 2000);
  try {
    const [, late = ''] = await frozen.printed(/claimed (\w+)/);
    frozen.child.kill('SIGSTOP');
    const claim = { key, claim: true, claim_ttl_ms: 60_000 };
    const next = await until('the next token', async () => (await ask('two', 'get_item', claim)).claim);
    expect(next.token).not.toBe(late);
    expect(await ask('three', 'get_item', claim)).toMatchObject({ found: false, filling: true });
    expect(await ask('three', 'set_item', { key, value: 'new', claim_token: next.token })).toHaveProperty('revision');
    frozen.child.kill('SIGCONT');
    const [, brought = ''] = await frozen.printed(/brought (.*)/);
    expect(JSON.parse(brought)).toMatchObject({ ok: false, failure: { code: 'claim_lost' } });
    expect(await frozen.ended()).toBe(0);
  } finally {
    await frozen.stop('SIGKILL');
  }
  for (const replica of REPLICAS) expect(await ask(replica, 'get_item', { key })).toMatchObject({ value: 'new' });
});

test('a filler that is killed gives way when its claim ends, not before (state.A4)', async () => {
  const key = 'orphaned page';
  const killed = filler(key, 3000);
  await killed.printed(/claimed (\w+)/);
  await killed.stop('SIGKILL');
  const claim = { key, claim: true, claim_ttl_ms: 60_000 };
  const next = await until('the next token', async () => (await ask('one', 'get_item', claim)).claim);
  expect(await ask('two', 'set_item', { key, value: 'made', claim_token: next.token })).toHaveProperty('revision');
});

test('a miss hides no later value, and a value goes from every replica when its time is over (state.A5)', async () => {
  const key = 'weather:oslo';
  expect(await ask('one', 'get_item', { key })).toMatchObject({ found: false });
  await ask('two', 'set_item', { key, value: null, ttl_s: 3600 });
  expect(await ask('one', 'get_item', { key })).toMatchObject({ found: true, value: null });
  const { expires_at } = await ask('three', 'set_item', { key, value: 'short', ttl_s: 1 });
  await until('its end at every level', async () => {
    const answers = await Promise.all(REPLICAS.map((replica) => ask(replica, 'get_item', { key })));
    return answers.every(({ found }) => found === false);
  });
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
  await until('the end of its record', async () => {
    const manager = await jetstreamManager(mesh.nats);
    const subject = `$KV.${mesh.ns}_memory.w.mw.global.h.>`;
    const { state } = await manager.streams.info(`KV_${mesh.ns}_memory`, { subjects_filter: subject });
    const kept = Object.keys(state.subjects ?? {});
    return kept.length === 3; // those of the pages
  });
  await ask('two', 'set_item', { key, value: 1 });
  await ask('three', 'delete_item', { key });
  expect(await ask('one', 'get_item', { key, max_age_ms: 0 })).toMatchObject({ found: false });
});

test('a change is heard of by replicas that remember, also after their watch was cut (state.A6)', async () => {
  const changed = async (value: number) => {
    await ask('one', 'set_item', { key: 'seen', value });
    await until(`${value} everywhere`, async () => {
      const answers = await Promise.all(REPLICAS.map((replica) => ask(replica, 'get_item', { key: 'seen' })));
      return answers.every((answer) => answer.value === value);
    });
  };
  await changed(1);
  await until('memory to answer', async () => (await ask('two', 'get_item', { key: 'seen' })).level === 'L1');
  await changed(2);
  const manager = await jetstreamManager(mesh.nats);
  const stream = `KV_${mesh.ns}_memory`;
  for await (const { name } of manager.consumers.list(stream)) await manager.consumers.delete(stream, name);
  await changed(3);
});

test('misses of all replicas are added up', async () => {
  await Promise.all(REPLICAS.map((replica) => ask(replica, 'get_item', { store: 'shared_cache', key: 'nowhere' })));
  await until('the sum', async () => {
    const { misses } = await ask('two', 'get_top_misses', { store: 'shared_cache' });
    return misses.find(({ key }: { key: string }) => key === 'nowhere')?.count === 3;
  });
});

test('twenty starters end with one record of each store, the bus restarted meanwhile (state.A3)', async () => {
  const own = await startMesh({ services: [], ns: 'starters' });
  try {
    const start = () => own.start('state', { LOG_LEVEL: 'info' });
    const ids = (programs: readonly Program[]) =>
      new Set(
        programs.flatMap(({ output }) => [...output.matchAll(/"store":"(\w+)","singleton_id":"(\w+)"/g)]).map(named),
      );
    const named = ([, store, id]: RegExpMatchArray) => `${store} ${id}`;
    const first = Array.from({ length: 6 }, start);
    await until('the first record', () => ids(first).size > 0);
    await own.server.kill();
    await own.server.restart();
    const started = [...first];
    for (let wave = 0; wave < 2; wave++) started.push(...Array.from({ length: 7 }, start));
    // One that had begun to set up its buckets when the bus went away may have given up; the others go on.
    await until('everybody to be ready or gone', () =>
      started.every(({ output, child }) => /"state":"ready"/.test(output) || child.exitCode !== null),
    );
    const ready = started.filter(({ output }) => /"state":"ready"/.test(output));
    expect(ready.length).toBeGreaterThanOrEqual(14);
    await until('the records in all logs', () => ready.every((one) => ids([one]).size === 3));
    expect([...ids(started)].map((one) => one.split(' ')[0]).sort()).toEqual(['miss_tracker', 'mw', 'shared_cache']);
  } finally {
    await own.stop();
  }
});
