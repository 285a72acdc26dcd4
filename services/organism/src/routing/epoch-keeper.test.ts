import type { OrganRecord } from '@seedcore/contracts';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { Roster } from '../domain/roster.ts';
import { shippedRules } from '../domain/route.ts';
import { FakeRules } from '../testing/fake-rules.ts';
import { EpochKeeper } from './epoch-keeper.ts';
import { RoutingTable } from './routing-table.ts';

const at = '2026-11-22T00:00:00Z';
const organ = (organ_id: string): OrganRecord => ({
  organ_id,
  kind: 'utility',
  state: 'ready',
  desired: 1,
  max_agents: 10,
  skills: ['wait'],
  specialty: null,
  role_prior: { e: 0.2, s: 0.3, o: 0.5 },
  created_at: at,
});

/** A replica that hears hosts: one agent of each organ, on the host of the same name. */
async function replica(rules: FakeRules, clock: VirtualClock) {
  const roster = new Roster();
  for (const [i, id] of ['a', 'b'].entries()) {
    roster.apply({ kind: 'organ', id, value: organ(id), rev: i + 1 });
    const holding = { agent_id: `${id}_0`, organ_id: id, host: id, presence: 'ready' as const, skills: ['wait'] };
    const value = { ...holding, specialty: null, created_at: at, held_since: at };
    roster.apply({ kind: 'agent', id: value.agent_id, value, rev: i + 10 });
  }
  const table = new RoutingTable(rules, clock);
  await table.follow();
  const begun: number[] = [];
  const epochs = new EpochKeeper({ table, records: rules, roster, clock, changed: ({ rev }) => begun.push(rev) });
  /** Two seconds at a time: hosts beat, then the replica looks. */
  const live = async (seconds: number, hosts: readonly string[]) => {
    for (let now = 0; now < seconds; now += 2) {
      await clock.advance(2000);
      for (const host of hosts) roster.heard(host, [], clock.now());
      await epochs.look();
    }
  };
  return { table, epochs, begun, live };
}

test('organism.A16: ten minutes without a change are one epoch, written once by whoever was first', async () => {
  const [rules, clock] = [new FakeRules(), new VirtualClock()];
  const one = await replica(rules, clock);
  const other = await replica(rules, clock);
  await one.live(300, ['a', 'b']);
  await other.live(300, ['a', 'b']);
  expect([one.begun.length, other.begun.length, rules.writes]).toEqual([1, 0, 1]);
  expect(other.table.epoch).toBe(one.table.epoch);
});

test('organism.A16: an organ whose last host fell silent is gone within 20 s, in a new epoch', async () => {
  const [rules, clock] = [new FakeRules(), new VirtualClock()];
  const { table, live } = await replica(rules, clock);
  await live(20, ['a', 'b']);
  const before = table.epoch;
  await live(14, ['a']);
  expect(table.epoch).toBe(before);
  await live(6, ['a']);
  expect(table.epoch).toBeGreaterThan(before);
  expect((await rules.read()).state?.value.live).toEqual(['a']);
});

test('organism.A16: a replica that starts anew goes on with the epoch it finds', async () => {
  const [rules, clock] = [new FakeRules(), new VirtualClock()];
  const before = await replica(rules, clock);
  await before.live(20, ['a', 'b']);
  const after = await replica(rules, clock);
  expect(after.table.epoch).toBe(before.table.epoch);
  await after.live(10, []);
  expect(after.table.epoch).toBe(before.table.epoch);
});

test('other rules are another epoch', async () => {
  const [rules, clock] = [new FakeRules(), new VirtualClock()];
  const { epochs, live, table } = await replica(rules, clock);
  await live(2, ['a', 'b']);
  const before = table.epoch;
  await rules.change(() => ({ ...shippedRules, rules_by_task: { ping: 'a' } }));
  expect(await epochs.look()).toBeGreaterThan(before);
  expect(await epochs.look()).toBe(table.epoch);
});

test('after a reconnect nobody is lost for as long as a host may be silent', async () => {
  const [rules, clock] = [new FakeRules(), new VirtualClock()];
  const { epochs, live, table } = await replica(rules, clock);
  await live(20, ['a', 'b']);
  const before = table.epoch;
  await clock.advance(60_000);
  epochs.reconnected();
  await live(12, []);
  expect(table.epoch).toBe(before);
});
