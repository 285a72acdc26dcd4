import { MeshError } from '@seedcore/protocol';
import type { Fate } from '@seedcore/store/testing';
import { SeededRandom } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { bed, replica } from './testing/started-state.ts';

const SEED = 20_261_123;
const ROUNDS = 1000;
/** One in so many writes of agents meets a fault. */
const FAULTY = 20;
const FATES: readonly Fate[] = ['lose_answer', 'lose_request', 'refuse_written'];

type Replica = Awaited<ReturnType<typeof replica>>;
type Reply = Awaited<ReturnType<Replica['update_agent_state']>>;

/** Two replicas, some of whose writes are lost, or made and not answered for. */
async function twoReplicas() {
  const on = bed();
  const random = new SeededRandom(SEED);
  const services = [await replica(on, 10), await replica(on, 20)] as const;
  const met = { lose_answer: 0, lose_request: 0, refuse_written: 0 };
  for (const { store } of services)
    store.broker.fates = (what, subject) => {
      if (what !== 'write' || !subject.startsWith('$KV.test_agents.') || random.next() > 1 / FAULTY) return 'pass';
      const fate = FATES[Math.floor(random.next() * FATES.length)] ?? 'pass';
      if (fate in met) met[fate as keyof typeof met] += 1;
      return fate;
    };
  return { on, services, met };
}

/** Asks until it is neither overtaken too often nor in doubt, as a client of an idempotent endpoint does. */
async function persist(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    try {
      const reply = await ask();
      if (reply.ok || reply.failure.code !== 'contended') return reply;
    } catch (error) {
      if (!(error instanceof MeshError) || !error.retryable) throw error;
    }
  }
}

test(`state.A7: two writers of different fields, 1000 writes each under faults, lose none (seed ${SEED})`, async () => {
  const { on, services, met } = await twoReplicas();
  const [one, two] = services;
  await on.clock.through(one.update_agent_state({ agent_id: 'a1', patch: {}, create: true }));
  const fields = [
    { service: one, field: 'mem_util', of: (n: number) => n / ROUNDS },
    { service: two, field: 'quality', of: (n: number) => [n / ROUNDS] },
  ] as const;
  const write = async ({ service, field, of }: (typeof fields)[number]) => {
    let before = 0;
    for (let n = 1; n <= ROUNDS; n++) {
      const patch = { [field]: of(n) };
      const reply = await persist(() => service.update_agent_state({ agent_id: 'a1', patch }));
      if (!reply.ok) throw new Error(JSON.stringify(reply));
      expect(reply.value.revision).toBeGreaterThanOrEqual(before);
      before = reply.value.revision;
      const now = await service.get_agent_state({ agent_id: 'a1', consistency: 'leader' });
      // Nobody else writes this field: what was acknowledged is there, whatever the other one wrote since.
      expect(now.ok && now.value.agent[field]).toEqual(of(n));
    }
  };
  await on.clock.through(Promise.all(fields.map(write)), 100);
  const end = await one.get_agent_state({ agent_id: 'a1', consistency: 'leader' });
  expect(end).toMatchObject({ value: { agent: { mem_util: 1, quality: [1] } } });
  for (const times of Object.values(met)) expect(times).toBeGreaterThan(5);
});

test(`state.A7: with expected_revision there is exactly one winner for each revision (seed ${SEED})`, async () => {
  const { on, services } = await twoReplicas();
  const [one] = services;
  const made = await on.clock.through(one.update_agent_state({ agent_id: 'b1', patch: {}, create: true }));
  let revision = made.ok ? made.value.revision : 0;
  const race = async (n: number) => {
    const replies = await Promise.all(
      services.map(async (service, i) => {
        const patch = { mem_util: (2 * n + i) / (2 * ROUNDS) };
        const wish = { agent_id: 'b1', patch, expected_revision: revision };
        return { ...patch, reply: await service.update_agent_state(wish) };
      }),
    );
    const won = replies.filter(({ reply }) => reply.ok);
    expect(won).toHaveLength(1);
    const now = await one.get_agent_state({ agent_id: 'b1', consistency: 'leader' });
    expect(now).toMatchObject({ value: { revision: revision + 1, agent: { mem_util: won[0]?.mem_util } } });
    const lost = replies.filter(({ reply }) => !reply.ok);
    expect(lost.map(({ reply }) => reply)).toEqual([
      { ok: false, failure: { code: 'conflict', details: { current_revision: revision + 1 } } },
    ]);
    revision += 1;
  };
  const all = async () => {
    for (let n = 0; n < ROUNDS; n++) await race(n);
  };
  await on.clock.through(all(), 100);
});
