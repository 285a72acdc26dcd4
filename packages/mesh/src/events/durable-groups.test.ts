import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { eventBed, idleStore } from '../testing/event-bed.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import type { DurableEventContext } from './event-handler.ts';
import type { Handling, KeptEvent, Settlement } from './event-store.ts';

const group = 'scribes';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a group', () => {
  test('gets each event once, with its id, its key and how often it was delivered', async () => {
    const { source, listener, clock } = eventBed();
    const got: DurableEventContext[] = [];
    for (const mesh of [source, listener])
      mesh.subscribe(echo, 'promised', (_data, context) => void got.push(context), { group });
    await source.publish(echo, 'promised', { word: 'a' }, { id: 'one' });
    await clock.advance(1_000);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({
      id: 'one',
      key: 'a',
      deliveries: 1,
      subject: 'seedcore-test.log.evt.echo.promised.one',
    });
    expect(got[0]?.signal.aborted).toBe(false);
  });

  test('gets an event again after its handler failed, and gives it up after five deliveries', async () => {
    const { source, listener, clock, events, outcomes, defects } = eventBed();
    const at: number[] = [];
    const began = clock.now();
    const fail = async (_data: unknown, { deliveries }: DurableEventContext) => {
      at.push(clock.now() - began);
      throw new Error(`no ink, for the ${deliveries}th time`);
    };
    listener.subscribe(echo, 'promised', fail, { group });
    await source.publish(echo, 'promised', { word: 'a', times: 2 }, { id: 'one' });
    await clock.advance(300_000);
    const pauses = at.slice(1).map((ms, i) => ms - (at[i] ?? 0));
    expect(at).toHaveLength(5);
    for (const [i, most] of [2_200, 8_200, 32_200, 60_000].entries()) {
      expect(pauses[i]).toBeGreaterThanOrEqual(200);
      expect(pauses[i]).toBeLessThanOrEqual(most);
    }
    expect(outcomes('in')).toEqual([...Array(5).fill('failed'), 'dead']);
    expect(defects).toHaveLength(5);
    expect(events.letters).toEqual([
      {
        event: 'echo.promised',
        id: 'one',
        key: 'a',
        group,
        instance: 'listener',
        reason: 'handler_failed',
        error: { code: 'Error', message: 'no ink, for the 5th time' },
        deliveries: 5,
        subject: 'seedcore-test.log.evt.echo.promised.one',
        kept_at: expect.any(String),
        dead_at: expect.any(String),
        data: { word: 'a', times: 2 },
      },
    ]);
  });

  test('waits as long as a failure asks for', async () => {
    const { source, listener, clock } = eventBed();
    const at: number[] = [];
    const busy = () => {
      at.push(clock.now());
      if (at.length === 1) throw new MeshError('overloaded', { target: 'ink', retryAfterMs: 40_000 });
    };
    listener.subscribe(echo, 'promised', busy, { group });
    await source.publish(echo, 'promised', { word: 'a' });
    await clock.advance(60_000);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBe(40_000);
  });

  test('gives up what does not fit its contract, and shows it', async () => {
    const { listener, clock, events, outcomes } = eventBed();
    const got: unknown[] = [];
    listener.subscribe(echo, 'promised', (data) => void got.push(data), { group });
    const foreign = (id: string, body: string) =>
      events.keep({ source: 'echo', kind: 'promised', id, key: undefined, body: bytes(body) });
    await foreign('misspelt', '{"wrod":"a"}');
    await foreign('torn', '{"word":');
    await clock.advance(300_000);
    expect(got).toEqual([]);
    expect(outcomes('in').filter((one) => one === 'invalid')).toHaveLength(10);
    const [misspelt, torn] = events.letters.toSorted((a, b) => a.id.localeCompare(b.id));
    expect(misspelt).toMatchObject({ id: 'misspelt', reason: 'invalid', data: { wrod: 'a' } });
    expect(misspelt?.error).toMatchObject({ code: 'bad_request', message: expect.stringContaining('wrod') });
    expect(torn).toMatchObject({ id: 'torn', reason: 'invalid', raw: '{"word":' });
  });

  test('leaves sensitive data out of what it says about an event', async () => {
    const { source, listener, clock, events } = eventBed();
    listener.subscribe(echo, 'sworn', () => Promise.reject(new Error('no')), { group });
    await source.publish(echo, 'sworn', { word: 'a', oath: 'canary' });
    await clock.advance(300_000);
    expect(events.letters).toHaveLength(1);
    expect(JSON.stringify(events.letters)).not.toContain('canary');
  });

  test('stops a handler after 25 s and tries again; its slot is free when it has returned', async () => {
    const { source, listener, clock, outcomes } = eventBed();
    const signals: AbortSignal[] = [];
    const hang = (_data: unknown, { signal }: DurableEventContext) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<void>((resolve) => clock.after(40_000, resolve)) : Promise.resolve();
    };
    listener.subscribe(echo, 'promised', hang, { group });
    await source.publish(echo, 'promised', { word: 'a' });
    await clock.advance(24_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advance(5_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0]?.reason).toMatchObject({ code: 'timeout' });
    await clock.advance(60_000);
    expect(outcomes('in')).toEqual(['failed', 'ok']);
  });

  test('runs sixteen handlers at once, and loses none of those that wait', async () => {
    const { source, listener, clock } = eventBed();
    let [running, most, done] = [0, 0, 0];
    const slow = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => clock.after(10, resolve));
      running -= 1;
      done += 1;
    };
    listener.subscribe(echo, 'promised', slow, { group });
    for (let i = 0; i < 1_020; i++) await source.publish(echo, 'promised', { word: 'a' });
    await clock.advance(10_000);
    expect([most, done]).toEqual([16, 1_020]);
  });

  test('member that drains settles what it has and takes nothing more', async () => {
    const { source, listener, clock } = eventBed();
    const ended: string[] = [];
    const slow = async (_data: unknown, { id }: DurableEventContext) => {
      await new Promise<void>((resolve) => clock.after(100, resolve));
      ended.push(id);
    };
    const member = listener.subscribe(echo, 'promised', slow, { group });
    await source.publish(echo, 'promised', { word: 'a' }, { id: 'one' });
    await clock.advance(10);
    const drained = member.drain().then(() => ended.push('drained'));
    await source.publish(echo, 'promised', { word: 'a' }, { id: 'two' });
    await clock.advance(10_000);
    await drained;
    expect(ended).toEqual(['one', 'drained']);
  });

  test('whose name cannot be a token is refused before anything else', () => {
    const { clock, random } = eventBed();
    const mesh = memoryMesh({ clock, random });
    const join = () => mesh.subscribe(echo, 'promised', () => {}, { group: 'a.>' });
    expect(join).toThrow(
      expect.objectContaining({ code: 'bad_request', details: { field: expect.stringContaining('group') } }),
    );
  });
});

test('an event whose five deliveries were never answered is given up without another run', async () => {
  const { clock, random } = eventBed();
  const mesh = memoryMesh({ clock, random, instance: 'sixth' });
  let handle: ((event: KeptEvent) => Handling) | undefined;
  mesh.keepEventsIn({
    ...idleStore,
    consume: (wanted, take) => {
      handle = take;
      return idleStore.consume(wanted, take);
    },
  });
  const got: unknown[] = [];
  mesh.subscribe(echo, 'promised', (data) => void got.push(data), { group });
  const event = { id: 'killer', key: 'a', body: bytes('{"word":"a"}'), subject: 'x', at: new Date(0), deliveries: 6 };
  const settlement: Settlement | undefined = await handle?.(event).settled;
  expect(got).toEqual([]);
  expect(settlement).toMatchObject({
    action: 'bury',
    letter: {
      id: 'killer',
      reason: 'lost',
      instance: 'sixth',
      error: { message: expect.stringContaining('delivered 5 times') },
    },
  });
});

test('a mesh tells which events do not come, and why', () => {
  const { clock, random } = eventBed();
  const mesh = memoryMesh({ clock, random });
  const trouble = () => 'SC_dev_LEDGER: not provisioned yet';
  mesh.keepEventsIn({ ...idleStore, consume: () => ({ trouble, stop: () => {}, settled: async () => {} }) });
  const subscription = mesh.subscribe(echo, 'promised', () => {}, { group });
  expect(mesh.troubles()).toEqual(['events echo.promised for group scribes: SC_dev_LEDGER: not provisioned yet']);
  subscription.unsubscribe();
  expect(mesh.troubles()).toEqual([]);
});
