import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scaled } from '../chaos/world/scale.ts';
import { type Answer, startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const replicas = ['one', 'two'];
let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: [] });
  const started = replicas.map((name) => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' }));
  await Promise.all(started.map((replica) => replica.printed(/"state":"ready"/)));
});
afterAll(() => mesh?.stop());

/** Writes of each writer. */
const ROUNDS = scaled(50, 1000);
type Update = { readonly agent_id: string; readonly patch: object; readonly expected_revision?: number };

/** Asks one process until it is neither overtaken too often nor in doubt, as a client of an idempotent endpoint does. */
const update = (replica: string, wish: Update): Promise<Answer['body']> =>
  until('an answer', async () => {
    const body = await ask(replica, 'update_agent_state', wish);
    return body.error === undefined || body.error.code === 'conflict' ? body : undefined;
  });

test('state.A7: two writers of different fields of one agent, through two processes, lose none', async () => {
  const start = await ask('one', 'update_agent_state', { agent_id: 'a1', patch: {}, create: true });
  const write = async (replica: string, field: string, of: (n: number) => unknown) => {
    for (let n = 1; n <= ROUNDS; n++) {
      await update(replica, { agent_id: 'a1', patch: { [field]: of(n) } });
      const { agent } = await ask(replica, 'get_agent_state', { agent_id: 'a1', consistency: 'leader' });
      // Nobody else writes this field: what was acknowledged is there, whatever the other one wrote since.
      expect(agent[field]).toEqual(of(n));
    }
  };
  await Promise.all([write('one', 'mem_util', (n) => n / ROUNDS), write('two', 'quality', (n) => [n / ROUNDS])]);
  const { agent, revision } = await ask('two', 'get_agent_state', { agent_id: 'a1', consistency: 'leader' });
  expect(agent).toMatchObject({ mem_util: 1, quality: [1] });
  expect(revision).toBeGreaterThanOrEqual(start.revision + 2 * ROUNDS);
});

test('state.A7: of writers that expect the same revision exactly one wins, each time', async () => {
  let { revision } = await ask('one', 'update_agent_state', { agent_id: 'b1', patch: {}, create: true });
  for (let n = 0; n < ROUNDS; n++) {
    const race = ['one', 'two', 'one', 'two'].map((replica, i) =>
      update(replica, { agent_id: 'b1', patch: { mem_util: (4 * n + i) / (4 * ROUNDS) }, expected_revision: revision }),
    );
    const answers = await Promise.all(race);
    expect(answers.filter(({ changed }) => changed !== undefined)).toHaveLength(1);
    expect(answers.filter(({ error }) => error?.details.current_revision === revision + 1)).toHaveLength(3);
    revision += 1;
  }
});

test('a fact is found through every replica, and both give the same snapshot', async () => {
  await mesh.call('state', 'store_fact', { text: 'the valve leaks', source: 'inspection' });
  for (const replica of replicas)
    await until(`${replica} to find the fact`, async () => {
      const { facts } = await ask(replica, 'search_facts', { query: 'valve' });
      return facts.length === 1;
    });
  // What was written to other buckets comes to each replica in its own time.
  await until('the same picture', async () => {
    const pictures = await Promise.all(replicas.map((replica) => ask(replica, 'get_aggregated_state', {})));
    expect(pictures.map(({ snapshot_id }) => snapshot_id)).toEqual(Array(2).fill(expect.any(String)));
    return new Set(pictures.map(({ snapshot_id }) => snapshot_id)).size === 1;
  });
});

test('state.A16: a corrupt record is counted by both replicas, copied once, and left as it is', async () => {
  const subject = `$KV.${mesh.ns}_agents.bad`;
  const { seq } = await jetstream(mesh.nats).publish(subject, '{"half":');
  const stats = await until('both to have counted it', async () => {
    const answers = await Promise.all(replicas.map((replica) => ask(replica, 'get_state_stats', {})));
    return answers.every(({ corrupt, quarantined }) => corrupt === 1 && quarantined === 1) ? answers : undefined;
  });
  expect(stats.map(({ flawed }) => flawed)).toEqual(
    Array(2).fill([{ bucket: 'agents', key: 'bad', revision: seq, kind: 'corrupt_record' }]),
  );
  const manager = await jetstreamManager(mesh.nats);
  const copy = await manager.streams.getMessage(`SC_${mesh.ns}_QUARANTINE`, {
    last_by_subj: `${mesh.ns}.log.quarantine.agents.${seq}`,
  });
  expect([copy?.string(), copy?.header.get('Sc-Key')]).toEqual(['{"half":', 'bad']);
  expect(await ask('one', 'update_agent_state', { agent_id: 'bad', patch: {} })).toMatchObject({
    error: { code: 'corrupt_record' },
  });
  const now = await manager.streams.getMessage(`KV_${mesh.ns}_agents`, { last_by_subj: subject });
  expect(now?.seq).toBe(seq);
  const { problems } = await ask('two', 'get_state_summary', {});
  expect(problems).toContain('records: 1 corrupt, left as they are and copied to quarantine');
  const { leases, buckets, streams } = await ask('two', 'get_system_state', {});
  expect(leases.map(({ name }: { name: string }) => name)).toContain('state-memory');
  expect(buckets.find(({ name }: { name: string }) => name === `${mesh.ns}_agents`)).toMatchObject({
    messages: expect.any(Number),
  });
  expect(streams).toContainEqual({ name: `SC_${mesh.ns}_QUARANTINE`, messages: 1, bytes: expect.any(Number) });
});

async function ask(replica: string, endpoint: string, input: object): Promise<Answer['body']> {
  const subject = `${mesh.ns}.inst.state.${replica}.${endpoint}`;
  return (await mesh.nats.request(subject, JSON.stringify(input), { timeout: 30_000 })).json();
}
