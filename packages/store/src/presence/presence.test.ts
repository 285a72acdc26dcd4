import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';
import { openPresence } from './open-presence.ts';
import type { HereChange, Presence } from './presence.ts';

const spec = { kind: 'worker', schema: z.strictObject({ load: z.number() }) };
type Facts = z.output<typeof spec.schema>;

/** Processes at one broker, each with what it was told. */
async function processes(count: number) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const all = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const store = memoryStore({ clock, server, random: new SeededRandom(i + 1) });
      const presence: Presence<Facts> = await openPresence(store, spec);
      const heard: HereChange<Facts>[] = [];
      presence.on((change) => heard.push(change));
      return { store, presence, heard };
    }),
  );
  const [one, other] = all;
  if (one === undefined || other === undefined) throw new Error('two processes were asked for');
  /** The broker comes back without a memory. */
  const forget = () => {
    const stream = server.stream('KV_test_here');
    const living = all.map(({ store }) => store.broker).filter(({ dead }) => !dead);
    for (const broker of living) broker.disconnect();
    for (const { seq } of [...(stream?.matching('$KV.test_here.>') ?? [])]) stream?.remove(seq);
    for (const broker of living) broker.reconnect();
  };
  const isSettled = async (presence: Presence<Facts>) =>
    Promise.race([presence.settled.then(() => true), clock.advance(0).then(() => false)]);
  return { clock, all, one, other, forget, isSettled };
}

const ids = (presence: Presence<Facts>) => presence.live().map(({ id }) => id);

test('everybody sees who comes, what they say, and that they leave', async () => {
  const { clock, one, other } = await processes(2);
  const joined = one.presence.join('a', { load: 1 });
  await clock.advance(100);
  expect(other.presence.live()).toEqual([{ id: 'a', facts: { load: 1 }, ageMs: 100 }]);
  joined.change({ load: 2 });
  await clock.advance(40_000);
  expect(other.presence.live()[0]?.ageMs).toBeLessThan(6_000);
  await joined.leave();
  await clock.advance(0);
  expect(other.heard).toEqual([{ id: 'a', facts: { load: 1 } }, { id: 'a', facts: { load: 2 } }, { id: 'a' }]);
  expect(other.presence.live()).toEqual([]);
});

test('whoever dies is gone after 15 s, whoever beats is not', async () => {
  const { clock, one, other, all } = await processes(3);
  one.presence.join('a', { load: 1 });
  other.presence.join('b', { load: 1 });
  await clock.advance(60_000);
  one.store.broker.die();
  await clock.advance(9_000);
  expect(all[2]?.heard).not.toContainEqual({ id: 'a' });
  await clock.advance(7_000);
  expect(all[2]?.heard).toContainEqual({ id: 'a' });
  expect(all[2] && ids(all[2].presence)).toEqual(['b']);
});

test('a broker that forgot everybody kills nobody: after 30 s only those are gone who did not come back', async () => {
  const { clock, one, other, forget, isSettled } = await processes(2);
  one.presence.join('a', { load: 1 });
  one.presence.join('b', { load: 1 });
  const third = other.presence.join('c', { load: 1 });
  await clock.advance(60_000);
  expect(await isSettled(other.presence)).toBe(true);
  one.store.broker.die();
  forget();
  await clock.advance(20_000);
  expect(await isSettled(other.presence)).toBe(false);
  expect(ids(other.presence).toSorted()).toEqual(['a', 'b', 'c']);
  await clock.advance(31_000);
  expect(await isSettled(other.presence)).toBe(true);
  expect(ids(other.presence)).toEqual(['c']);
  expect(other.heard.filter(({ facts }) => facts === undefined).map(({ id }) => id)).toEqual(['a', 'b']);
  await third.leave();
});

test('that nobody is there means nothing for 30 s; that somebody is there is known at once', async () => {
  const { clock, one, isSettled, all } = await processes(2);
  await clock.advance(29_000);
  expect(await isSettled(one.presence)).toBe(false);
  await clock.advance(2_000);
  expect(await isSettled(one.presence)).toBe(true);
  one.presence.join('a', { load: 1 });
  await clock.advance(100);
  const late = await openPresence(all[1]?.store ?? one.store, spec);
  await clock.advance(0);
  expect(await isSettled(late)).toBe(true);
});

test('whoever is not heard itself does not judge others', async () => {
  const { clock, one, other, isSettled } = await processes(2);
  one.presence.join('a', { load: 1 });
  other.presence.join('b', { load: 1 });
  await clock.advance(60_000);
  other.store.broker.fates = () => 'lose_request';
  await clock.advance(12_000);
  expect(await isSettled(other.presence)).toBe(false);
  one.store.broker.die();
  await clock.advance(18_000);
  expect(ids(other.presence).toSorted()).toEqual(['a', 'b']);
  other.store.broker.fates = () => 'pass';
  await clock.advance(60_000);
  expect(ids(other.presence)).toEqual(['b']);
});

test('kinds do not mix, and names are tokens', async () => {
  const { clock, one, other } = await processes(2);
  const others = await openPresence(other.store, { ...spec, kind: 'other' });
  one.presence.join('a', { load: 1 });
  await clock.advance(100);
  expect(others.live()).toEqual([]);
  expect(() => one.presence.join('a.>', { load: 1 })).toThrow(/is no name/);
  await expect(openPresence(one.store, { ...spec, kind: '*' })).rejects.toMatchObject({ code: 'invalid_key' });
});

test('after its end nothing of it is left', async () => {
  const { clock, one, other } = await processes(2);
  one.presence.join('a', { load: 1 });
  await clock.advance(60_000);
  await one.presence.close();
  await clock.advance(0);
  expect(other.presence.live()).toEqual([]);
  await other.presence.close();
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
});
