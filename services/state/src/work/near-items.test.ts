import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { NearItems } from './near-items.ts';

const ID = 'w.mw.global.k.k';

function bed() {
  const clock = new VirtualClock();
  const near = new NearItems(clock, { entries: 10, bytes: 1000 });
  const item = { kind: 'value', key: 'k', value: 1, untilMs: clock.wallMs() + 60_000 } as const;
  return { clock, near, item, signal: new AbortController().signal };
}

test('a read that was overtaken by a change is not remembered', () => {
  const { near, item } = bed();
  near.hear({ key: ID, rev: 6, isThere: true });
  near.keep(ID, { item, rev: 5 });
  expect(near.recall(ID, 1000)).toBeUndefined();
  near.keep(ID, { item, rev: 6 });
  expect(near.recall(ID, 1000)).toMatchObject({ rev: 6 });
  near.hear({ key: ID, rev: 7, isThere: false });
  expect(near.recall(ID, 1000)).toBeUndefined();
});

test('who waits for a change hears of the next one, or of one that came before', async () => {
  const { clock, near, signal } = bed();
  near.hear({ key: ID, rev: 5, isThere: true });
  const heard: string[] = [];
  const waiting = near.changed(ID, 5, { ms: 1000, signal }).then(() => heard.push('changed'));
  near.hear({ key: ID, rev: 5, isThere: true });
  near.hear({ key: 'w.mw.global.k.other', rev: 6, isThere: true });
  await clock.advance(10);
  expect(heard).toEqual([]);
  near.hear({ key: ID, rev: 7, isThere: false });
  await waiting;
  await near.changed(ID, 5, { ms: 1000, signal });
  expect(clock.now()).toBe(10);
  expect(clock.pending).toBe(0);
});

test('a wait ends with its time, and with its call', async () => {
  const { clock, near } = bed();
  near.hear({ key: ID, rev: 5, isThere: true });
  const ended = new AbortController();
  await clock.through(near.changed(ID, 5, { ms: 100, signal: ended.signal }));
  const waiting = near.changed(ID, 5, { ms: 100, signal: ended.signal });
  ended.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  await expect(near.changed(ID, 5, { ms: 100, signal: ended.signal })).rejects.toThrow('cancelled');
  expect(clock.pending).toBe(0);
});
