import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type RunningCluster, startCluster } from '@seedcore/nats-dev';
import { afterEach, describe, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

/** Longest wait for a reply, in ms: ten processes may have two processors. */
const PATIENCE_MS = 60_000;
/** A reply that has not come by then went down with a server, in ms. */
const LOST_MS = 10_000;
const scout = { organ_id: 'utility_organ_1', agent_id: 'scout_7', wait_ms: 30_000 };
const sum = { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };

type Created = { created: boolean; reused: boolean; epoch: number; agent: { agent_id: string; host: string } };
/** Asks one process, not any of them. */
type Ask = (instance: string, endpoint: string, input: object, ms?: number) => Promise<unknown>;

const asking =
  (nats: NatsConnection, ns: string): Ask =>
  async (instance, endpoint, input, ms = PATIENCE_MS) => {
    const subject = `${ns}.inst.organism.${instance}.${endpoint}`;
    return (await nats.request(subject, JSON.stringify(input), { timeout: ms })).json();
  };

/** Starts so many processes, the first one first, since it provisions what all share; waits until each has heard all. */
async function replicas(count: number, ask: Ask, start: (instance: string) => Program) {
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  const programs = new Map<string, Program>();
  const heard = (name: string, hosts: number) =>
    until(`${name} to know ${hosts} hosts`, async () => {
      const status = (await ask(name, 'get_organism_status', {}, 2000)) as { hosts?: unknown[]; state?: string };
      return (status.state === 'ready' && status.hosts?.length === hosts) || undefined;
    });
  for (const name of names) {
    programs.set(name, start(name));
    if (programs.size === 1) await heard(name, 1);
  }
  for (const name of names) await heard(name, count);
  return { names, programs };
}

describe('processes that share agents', () => {
  let mesh: TestMesh;
  afterEach(() => mesh?.stop());
  const start = (instance: string) => mesh.start('organism', { SEEDCORE_INSTANCE: instance });

  test('organism.A3: ten processes × a hundred concurrent creates of one name give one agent and one epoch', async () => {
    mesh = await startMesh({ services: [] });
    const ask = asking(mesh.nats, mesh.ns);
    const { names } = await replicas(10, ask, start);
    const replies = (await Promise.all(
      names.flatMap((name) => Array.from({ length: 100 }, () => ask(name, 'create_agent', scout))),
    )) as Created[];
    expect(replies.filter(({ created }) => created)).toHaveLength(1);
    expect(replies.filter(({ reused }) => reused)).toHaveLength(999);
    expect(new Set(replies.map(({ epoch, agent }) => `${epoch} ${agent.host}`)).size).toBe(1);
    const { agents } = (await mesh.call('organism', 'list_agents', { organ_id: scout.organ_id })).body;
    expect(agents.filter(({ agent_id }: { agent_id: string }) => agent_id === 'scout_7')).toHaveLength(1);
  });

  test('organism.A3: after its host was killed, a hundred calls with the old epoch are stale', async () => {
    mesh = await startMesh({ services: [] });
    const ask = asking(mesh.nats, mesh.ns);
    const { names, programs } = await replicas(3, ask, start);
    const [first = ''] = names;
    const { epoch, agent } = (await ask(first, 'create_agent', scout)) as Created;
    await programs.get(agent.host)?.stop('SIGKILL');
    const asked = names.find((name) => name !== agent.host) ?? '';
    const moved = await until('the agent on another host', async () => {
      const { agent: now } = (await ask(asked, 'get_agent', { agent_id: 'scout_7' })) as {
        agent: Created['agent'] & { epoch: number; presence: string };
      };
      return now.host !== agent.host && now.presence === 'idle' ? now : undefined;
    });
    expect(moved.epoch).toBeGreaterThan(epoch);
    const stale = { agent_id: 'scout_7', epoch, task: sum };
    for (let tens = 0; tens < 10; tens++) {
      const replies = await Promise.all(Array.from({ length: 10 }, () => ask(asked, 'execute_on_agent', stale)));
      for (const reply of replies)
        expect(reply).toMatchObject({ error: { code: 'stale_handle', details: { current_epoch: moved.epoch } } });
    }
    expect(await ask(asked, 'attach_agent', { agent_id: 'scout_7', epoch })).toMatchObject({
      error: { code: 'attach_refused', details: { reason: 'older_epoch' } },
    });
    const done = await ask(asked, 'execute_on_agent', { ...stale, epoch: moved.epoch });
    expect(done).toMatchObject({ state: 'succeeded', agent_id: 'scout_7', result: { result: 2 } });
  });

  test('an agent that hangs does not keep a collection from telling about the others', async () => {
    mesh = await startMesh({ services: [] });
    const ask = asking(mesh.nats, mesh.ns);
    const { names } = await replicas(2, ask, start);
    const [first = ''] = names;
    await ask(first, 'create_agent', scout);
    const runaway = { data: { s: `${'a'.repeat(60)}!` }, expression: '$match(s, /(a+)+$/)' };
    const task = { type: 'json_transform', params: runaway };
    const hung = ask(first, 'execute_on_agent', { agent_id: 'scout_7', task, hints: { max_runs: 1 } });
    type Line = { source: string; responding?: boolean; error?: string };
    const told = await until('the agent that hangs to be told', async () => {
      const reply = (await ask(first, 'collect_heartbeats', { probe: true, timeout_ms: 1500 })) as {
        took_ms: number;
        agents: Record<string, Line>;
      };
      return reply.agents['scout_7']?.responding === false ? reply : undefined;
    });
    expect(told.agents['scout_7']).toMatchObject({ source: 'cached', error: 'timeout' });
    const others = Object.entries(told.agents).filter(([id]) => id !== 'scout_7');
    expect(others.map(([, { source }]) => source)).toEqual(['live', 'live', 'live']);
    expect(await hung).toMatchObject({ error: expect.anything() });
  });
});

describe('processes on three nats-servers', () => {
  let cluster: RunningCluster;
  let nats: NatsConnection;
  const programs: Program[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop('SIGTERM')));
    await nats?.close();
    await cluster?.stop();
  });

  test('organism.A3: ten concurrent creators of one name give one agent, twenty times, while a server is killed', async () => {
    cluster = await startCluster(3);
    const servers = [...cluster.urls];
    nats = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
    const ask = asking(nats, 'test');
    const { names } = await replicas(3, ask, (instance) => {
      const env = {
        NATS_URL: servers.join(','),
        SEEDCORE_NS: 'test',
        SEEDCORE_REPLICAS: '3',
        SEEDCORE_INSTANCE: instance,
      };
      const program = new Program(process.execPath, [`${root}services/organism/src/main.ts`], {
        env: { ...env, LOG_LEVEL: 'warn', LOG_PRETTY: 'false' },
      });
      programs.push(program);
      return program;
    });
    const organs = ['utility_organ_1', 'cognitive_organ_1', 'actuator_organ_1'];
    const wishes = Array.from({ length: 20 }, (_, i) => ({
      organ_id: organs[i % 3] ?? '',
      agent_id: `scout_${i}`,
      wait_ms: 5000,
    }));
    /** Tries until it has an answer, as any client would: whose answer was lost asks again. */
    const creator = (instance: string, wish: object): Promise<Created> =>
      until(
        `${instance} to answer`,
        async () => {
          const reply = (await ask(instance, 'create_agent', wish, LOST_MS)) as Created;
          return 'agent' in reply ? reply : undefined;
        },
        2 * PATIENCE_MS,
      );
    const createdByTen = (wish: object) =>
      Promise.all(Array.from({ length: 10 }, (_, i) => creator(names[i % 3] ?? '', wish)));
    const leader = (await cluster.leader()) ?? 0;
    const before = await Promise.all(wishes.slice(0, 5).map(createdByTen));
    const during = Promise.all(wishes.slice(5, 15).map(createdByTen));
    await cluster.kill(leader);
    const after = await Promise.all(wishes.slice(15).map(createdByTen));
    for (const made of [...before, ...(await during), ...after]) {
      expect(made.filter(({ created }) => created).length).toBeLessThanOrEqual(1);
      expect(new Set(made.map(({ epoch, agent }) => `${epoch} ${agent.host}`)).size).toBe(1);
    }
    const listed = (await ask(names[0] ?? '', 'list_agents', { limit: 1000 })) as { agents: Created['agent'][] };
    expect(listed.agents).toHaveLength(23);
  });
});
