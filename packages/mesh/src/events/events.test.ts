import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { EventSeen } from '../report/observer.ts';
import { echo } from '../testing/echo-contract.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';

function together() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(2) };
  const bus = new MemoryBus(ports);
  const [source, listener] = [memoryMesh({ ...ports, bus }), memoryMesh({ ...ports, bus })];
  const seen: EventSeen[] = [];
  source.observe({ event: (one) => seen.push(one) });
  listener.observe({ event: (one) => seen.push(one) });
  return { ...ports, bus, source, listener, outcomes: () => seen.map((one) => `${one.direction} ${one.outcome}`) };
}

describe('an event', () => {
  test('reaches its subscribers under the key the contract names', async () => {
    const { source, listener, clock, outcomes } = together();
    const heard: unknown[] = [];
    listener.subscribe(echo, 'said', (data, context) => void heard.push(data, context));
    expect(source.publish(echo, 'said', { word: 'hello' })).toBe(true);
    await clock.advance(0);
    expect(heard).toEqual([{ word: 'hello' }, { subject: 'seedcore-test.evt.echo.said.hello', key: 'hello' }]);
    expect(outcomes()).toEqual(['out ok', 'in ok']);
  });

  test('without a key, or with one of the publisher, reaches them too', async () => {
    const { source, listener, clock } = together();
    const keys: unknown[] = [];
    listener.subscribe(echo, 'wasSilent', (_data, { key }) => void keys.push(key));
    source.publish(echo, 'wasSilent', {});
    source.publish(echo, 'wasSilent', {}, { key: 'night' });
    await clock.advance(0);
    expect(keys).toEqual([undefined, 'night']);
  });

  test('is lost and counted while the connection is down', () => {
    const { source, outcomes } = together();
    source.transport.disconnect();
    expect(source.publish(echo, 'said', { word: 'hello' })).toBe(false);
    expect(outcomes()).toEqual(['out dropped']);
  });

  test.each([
    ['/word', { word: 'a.b' }, undefined],
    ['word', { word: 'fine' }, 'a.>'],
  ])('that does not fit is refused naming %s', (field, data, key) => {
    const { source } = together();
    expect(() => source.publish(echo, 'said', data, key === undefined ? {} : { key })).toThrow(
      expect.objectContaining({ code: 'bad_request', details: expect.objectContaining({ field }) }),
    );
  });

  test('is shared by the members of a group', async () => {
    const { source, listener, clock } = together();
    const heard: string[] = [];
    for (const member of ['a', 'b'])
      listener.subscribe(echo, 'said', () => void heard.push(member), { group: 'workers' });
    for (let i = 0; i < 10; i++) source.publish(echo, 'said', { word: 'hello' });
    await clock.advance(0);
    expect(heard).toHaveLength(10);
    expect(new Set(heard).size).toBe(2);
  });
});

describe('a subscription', () => {
  test('drops and counts what does not fit the contract', async () => {
    const { source, listener, clock, outcomes } = together();
    const heard: unknown[] = [];
    listener.subscribe(echo, 'said', (data) => void heard.push(data));
    for (const text of ['{', '{"word":7}', '{"word":"a","extra":1}'])
      source.transport.publish('seedcore-test.evt.echo.said.x', new TextEncoder().encode(text));
    await clock.advance(0);
    expect(heard).toEqual([]);
    expect(outcomes()).toEqual(['in invalid', 'in invalid', 'in invalid']);
  });

  test('goes on after its handler failed, and reports it', async () => {
    const { source, listener, clock, outcomes } = together();
    const defects: unknown[] = [];
    listener.observe({ defect: (_where, error) => defects.push(error) });
    const failure = new Error('thrown by a handler');
    listener.subscribe(echo, 'said', ({ word }) => {
      if (word === 'bad') throw failure;
    });
    source.publish(echo, 'said', { word: 'bad' });
    source.publish(echo, 'said', { word: 'good' });
    await clock.advance(0);
    expect(
      outcomes()
        .filter((one) => one.startsWith('in'))
        .toSorted(),
    ).toEqual(['in failed', 'in ok']);
    expect(defects).toEqual([failure]);
  });

  test('runs sixteen handlers at once, lets a thousand wait, drops the rest', async () => {
    const { source, listener, clock, outcomes } = together();
    let running = 0;
    let most = 0;
    listener.subscribe(echo, 'said', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => clock.after(10, resolve));
      running -= 1;
    });
    for (let i = 0; i < 1_020; i++) source.publish(echo, 'said', { word: 'hello' });
    await clock.advance(10_000);
    expect(most).toBe(16);
    expect(outcomes().filter((one) => one === 'in ok')).toHaveLength(1_016);
    expect(outcomes().filter((one) => one === 'in dropped')).toHaveLength(4);
  });

  test('that drains waits for its handlers', async () => {
    const { source, listener, clock } = together();
    const ended: string[] = [];
    const subscription = listener.subscribe(echo, 'said', async ({ word }) => {
      await new Promise<void>((resolve) => clock.after(10, resolve));
      ended.push(word);
    });
    source.publish(echo, 'said', { word: 'before' });
    const drained = subscription.drain().then(() => ended.push('drained'));
    await clock.advance(5);
    source.publish(echo, 'said', { word: 'after' });
    await clock.advance(100);
    await drained;
    expect(ended).toEqual(['before', 'drained']);
  });
});
