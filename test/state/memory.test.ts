import { state } from '@seedcore/contracts';
import { openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const REPLICAS = ['one', 'two'];
const CALLS = 12;
const ITEMS = 20;
/** The last two of every call are episodes. */
const KV_ITEMS = 18;

let mesh: TestMesh;
let started: Program[];
beforeEach(async () => {
  mesh = await startMesh({ services: [] });
  started = REPLICAS.map((name) => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' }));
  await Promise.all(started.map((replica) => replica.printed(/"state":"ready"/)));
});
afterEach(() => mesh?.stop());

const itemsOf = (call: number) =>
  Array.from({ length: ITEMS }, (_, i) => ({
    ...{ text: `call ${call} note ${i}`, write_key: `c${call}-${i}`, salience: i % 4 === 0 ? 0.9 : 0.3 },
    kind: i < KV_ITEMS ? 'observation' : 'episode',
  }));

test('state.A12: a replica killed in the middle of storing leaves all of a call or nothing, and a repeat leaves each once', async () => {
  const caller = await openMesh({ servers: mesh.url, ns: mesh.ns });
  const client = caller.client(state);
  const asked = Array.from({ length: CALLS }, (_, call) => itemsOf(call));
  let replies = 0;
  const outcomes = asked.map(async (items, call) => {
    try {
      const reply = await client.store_memory({ agent_id: `a${call}`, items });
      replies += 1;
      // Some have been stored and others are under way.
      if (replies === 2) started[0]?.child.kill('SIGKILL');
      return reply.ok;
    } catch (error) {
      if (error instanceof MeshError) return false; // perhaps stored
      throw error;
    }
  });
  const first = await Promise.all(outcomes);
  expect(first.filter(Boolean).length).toBeGreaterThanOrEqual(2);

  for (const [call] of asked.entries()) expect([0, KV_ITEMS]).toContain(await keysOf(call));
  for (const [call, items] of asked.entries()) {
    const again = await answered(() => client.store_memory({ agent_id: `a${call}`, items }));
    expect(again).toMatchObject({ ok: true });
    expect(await keysOf(call)).toBe(KV_ITEMS);
    // Episodes that the other replica has stored come to this one in their own time.
    await until(`all memories of call ${call}`, async () => {
      const reply = await answered(() => client.retrieve_memory({ agent_id: `a${call}`, limit: 100 }));
      const texts = reply.ok ? reply.value.items.map(({ text }) => text) : [];
      expect(texts.toSorted()).toEqual(items.map(({ text }) => text).sort());
      return true;
    });
  }
  await caller.close();
});

test('what one replica stores, the other finds, replaces and removes', async () => {
  const item = { kind: 'observation', text: 'Pump 3 vibrates after a cold start' };
  const { stored } = await ask('one', 'store_memory', { agent_id: 'a1', items: [item] });
  const [{ memory_id }] = stored;
  await until('the other replica to find it', async () => {
    const { hits } = await ask('two', 'search_memory', { agent_id: 'a1', query: 'pump cold start' });
    return hits.length === 1 && hits[0].item.memory_id === memory_id;
  });
  const synthesis = { kind: 'insight', text: 'Pump 3 dislikes the cold', replaces: [memory_id] };
  const made = await ask('two', 'store_memory', { agent_id: 'a1', items: [synthesis] });
  await until('the first replica to see it replaced', async () => {
    const { items } = await ask('one', 'retrieve_memory', { agent_id: 'a1' });
    return items.length === 1 && items[0].memory_id === made.stored[0].memory_id;
  });
  const read = await ask('one', 'retrieve_memory', { agent_id: 'a1', memory_ids: [memory_id] });
  expect(read.items).toMatchObject([{ replaced_by: made.stored[0].memory_id }]);
  expect(await ask('one', 'delete_memory', { agent_id: 'a1', memory_id: made.stored[0].memory_id })).toEqual({
    deleted: true,
  });
  await until('the other replica to forget it', async () => {
    const { items } = await ask('two', 'retrieve_memory', { agent_id: 'a1' });
    return items.length === 0;
  });
});

/** Asks until there is an answer: a caller that lost one replica may hold that against the service for a while. */
const answered = <R extends object>(ask: () => Promise<R>): Promise<R> =>
  until('an answer', () =>
    ask().catch((error: unknown) => {
      if (error instanceof MeshError) return undefined;
      throw error;
    }),
  );

/** Memories of a call in the bucket, as the broker counts them. */
async function keysOf(call: number): Promise<number> {
  const stream = `KV_${mesh.ns}_memory`;
  const keys = async (prefix: string) => {
    const filter = { subjects_filter: `$KV.${mesh.ns}_memory.${prefix}.a${call}.>` };
    const reply = await mesh.nats.request(`$JS.API.STREAM.INFO.${stream}`, JSON.stringify(filter), { timeout: 30_000 });
    return Object.keys(reply.json<{ state: { subjects?: object } }>().state.subjects ?? {}).length;
  };
  return (await keys('m')) + (await keys('fb'));
}

async function ask(replica: string, endpoint: string, input: object) {
  const subject = `${mesh.ns}.inst.state.${replica}.${endpoint}`;
  return (await mesh.nats.request(subject, JSON.stringify(input), { timeout: 30_000 })).json<Answered>();
}

// biome-ignore lint/suspicious/noExplicitAny: replies of every shape are looked into
type Answered = any;
