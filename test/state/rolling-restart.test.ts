import { setTimeout as pause } from 'node:timers/promises';
import { state } from '@seedcore/contracts';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

/** Two hundred calls a second, four at a time. */
const EVERY_MS = 20;
const AT_ONCE = 4;
/** A machine that cannot keep up gets fewer calls, before the caller's own line is full. */
const MAX_IN_FLIGHT = 80;
/** Agents that are written. */
const AGENTS = 40;

let bed: TestMesh;
let caller: BusMesh;
const running = new Map<string, Program>();

const start = (id: string) => running.set(id, bed.start('state', { SEEDCORE_INSTANCE: id }));
const isServing = (id: string) => caller.instances('state').find((one) => one.id === id)?.state === 'alive';

beforeAll(async () => {
  bed = await startMesh({ services: [] });
  caller = await openMesh({ servers: bed.url, ns: bed.ns, service: 'caller', onDefect: () => {} });
  for (const id of ['one', 'two', 'three']) start(id);
  await until('three to choose from', () => caller.routable('state').length === 3 || undefined);
});
afterAll(async () => {
  await caller?.close();
  await bed?.stop();
});

test('state.A20: a rolling restart of three replicas under steady calls fails none, and loses no write', async () => {
  const client = caller.client(state);
  const failures: string[] = [];
  const count = { begun: 0, ended: 0 };
  /** The last write of each agent that was acknowledged: the number it was given, and its revision. */
  const written = new Map<string, { readonly n: number; readonly revision: number }>();
  const writing = new Set<string>();

  /** One writer for each agent at a time, so that what was acknowledged last is what is to be found. */
  const write = async (agent_id: string, n: number) => {
    writing.add(agent_id);
    const reply = await client.update_agent_state({ agent_id, patch: { quality: [n / 1e6] }, create: true });
    writing.delete(agent_id);
    if (!reply.ok) return void failures.push(`update ${reply.failure.code}`);
    const before = written.get(agent_id)?.revision ?? 0;
    if (reply.value.revision <= before) failures.push(`revision ${reply.value.revision} after ${before}`);
    written.set(agent_id, { n, revision: reply.value.revision });
  };
  /** What is not the leader's word says how old it is, and what the caller has seen it may ask for. */
  const read = async (agent_id: string, min_revision: number, n: number) => {
    const reply = await client.get_agent_state({ agent_id, min_revision });
    if (!reply.ok) return void failures.push(`read ${reply.failure.code}`);
    const { revision, agent, age_ms } = reply.value;
    if (revision < min_revision || (agent.quality[0] ?? 0) < n / 1e6)
      failures.push(`stale ${revision} ${min_revision}`);
    if (typeof age_ms !== 'number') failures.push('an answer without its age');
  };
  const call = async (i: number) => {
    const agent_id = `a${i % AGENTS}`;
    const known = written.get(agent_id);
    if (i % 2 === 0 && !writing.has(agent_id)) return write(agent_id, i);
    if (known !== undefined) return read(agent_id, known.revision, known.n);
    await client.list_agents({ limit: 1 });
  };

  const steady = async (i: number) => {
    await call(i).catch((error: unknown) => {
      failures.push(error instanceof MeshError ? error.message : String(error));
    });
    count.ended += 1;
  };

  const restarts = async () => {
    for (const [id, program] of [...running]) {
      const code = await program.stop('SIGTERM');
      if (code !== 0) failures.push(`${id} ended with ${code}`);
      start(`${id}-again`);
      await until('the next to serve', () => isServing(`${id}-again`) || undefined);
    }
    return 'over' as const;
  };
  const over = restarts();
  const calls: Promise<void>[] = [];
  while ((await Promise.race([over, pause(EVERY_MS)])) !== 'over')
    for (let i = 0; i < AT_ONCE && count.begun - count.ended < MAX_IN_FLIGHT; i++) {
      calls.push(steady(count.begun));
      count.begun += 1;
    }
  await Promise.all(calls);

  expect(failures).toEqual([]);
  expect(count.ended).toBeGreaterThan(200);
  for (const [agent_id, { n, revision }] of written) {
    const now = await client.get_agent_state({ agent_id, consistency: 'leader' });
    expect(now).toMatchObject({ ok: true, value: { revision, agent: { quality: [n / 1e6] } } });
  }
});
