import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { shippedRules } from '../domain/route.ts';
import { FakeRules } from '../testing/fake-rules.ts';
import { RoutingTable } from './routing-table.ts';

test('organism.A16: a thousand who ask at once while nothing is known are one read', async () => {
  const rules = new FakeRules();
  const table = new RoutingTable(rules, new VirtualClock());
  const known = await Promise.all(Array.from({ length: 1000 }, () => table.get()));
  expect(rules.reads).toBe(1);
  expect(known.every(({ hit, rules: { value } }) => !hit && value === shippedRules)).toBe(true);
  expect(await table.get()).toMatchObject({ hit: true });
  expect(rules.reads).toBe(1);
});

test('what is watched is never read, and is as old as the watch is silent', async () => {
  const rules = new FakeRules();
  const table = new RoutingTable(rules, new VirtualClock());
  await table.follow();
  expect(await table.get()).toMatchObject({ hit: true, ageMs: 0 });
  expect(rules.reads).toBe(0);
});

test('without a watch, rules are as old as their read', async () => {
  const clock = new VirtualClock();
  const table = new RoutingTable(new FakeRules(), clock);
  await table.get();
  await clock.advance(1500);
  expect(await table.get()).toMatchObject({ hit: true, ageMs: 1500 });
});

test('news that are older than what is known change nothing: the epoch never goes back', () => {
  const table = new RoutingTable(new FakeRules(), new VirtualClock());
  const state = { rules_revision: 1, live: [] };
  table.apply({ kind: 'state', record: { value: state, rev: 9 } });
  table.apply({ kind: 'state', record: { value: state, rev: 7 } });
  expect(table.epoch).toBe(9);
});

test('a read that fails leaves what was known, and the next one asks again', async () => {
  const rules = new FakeRules();
  const table = new RoutingTable(rules, new VirtualClock());
  const read = rules.read.bind(rules);
  rules.read = () => Promise.reject(new Error('away'));
  await expect(table.get()).rejects.toThrow('away');
  rules.read = read;
  expect(await table.get()).toMatchObject({ hit: false });
  rules.read = () => Promise.reject(new Error('away'));
  await expect(table.refresh()).rejects.toThrow('away');
  expect(await table.get()).toMatchObject({ hit: true });
});
