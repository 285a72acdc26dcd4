import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { eventBed, idleStore } from '../testing/event-bed.ts';
import { MemoryEvents } from '../testing/memory-events.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';

const group = 'scribes';

describe('publishing a durable event', () => {
  test('resolves when it is kept, and tells listeners without a group as if it were lossy', async () => {
    const { source, listener, clock, outcomes } = eventBed();
    const heard: unknown[] = [];
    listener.subscribe(echo, 'promised', (data, context) => void heard.push(data, context));
    const receipt = await source.publish(echo, 'promised', { word: 'hello' });
    await clock.advance(0);
    expect(receipt).toEqual({ id: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/), duplicate: false });
    expect(heard).toEqual([{ word: 'hello' }, { subject: 'seedcore-test.evt.echo.promised.hello', key: 'hello' }]);
    expect([outcomes('out'), outcomes('in')]).toEqual([['ok'], ['ok']]);
  });

  test('under an id that was used changes nothing', async () => {
    const { source, listener, clock } = eventBed();
    const got: string[] = [];
    listener.subscribe(echo, 'promised', (_data, { id }) => void got.push(id), { group });
    expect(await source.publish(echo, 'promised', { word: 'a' }, { id: 'n-7' })).toEqual({
      id: 'n-7',
      duplicate: false,
    });
    expect(await source.publish(echo, 'promised', { word: 'a' }, { id: 'n-7' })).toEqual({
      id: 'n-7',
      duplicate: true,
    });
    const other = source.publish(echo, 'promised', { word: 'b' }, { id: 'n-7' });
    await expect(other).rejects.toMatchObject({ code: 'bad_request', details: { reason: 'event_id_reused' } });
    await clock.advance(1_000);
    expect(got).toEqual(['n-7']);
  });

  test.each([
    ['/word', { word: 'a.b' }, {}],
    ['word', { word: 'fine' }, { key: 'a.>' }],
    ['id', { word: 'fine' }, { id: 'a b' }],
  ])('that does not fit is refused naming %s', async (field, data, options) => {
    const { source, events } = eventBed();
    const published = source.publish(echo, 'promised', data, options);
    await expect(published).rejects.toMatchObject({
      code: 'bad_request',
      details: { field: expect.stringContaining(field) },
    });
    const later: unknown[] = [];
    events.consume({ source: 'echo', kind: 'promised', group, slots: 1, handleMs: 1 }, (event) => {
      later.push(event);
      return { settled: Promise.resolve({ action: 'done' }), ended: Promise.resolve() };
    });
    expect(later).toEqual([]);
  });

  test('rejects with what the store says, and is counted as failed', async () => {
    const { clock, random } = eventBed();
    const mesh = memoryMesh({ clock, random });
    const seen: string[] = [];
    mesh.observe({ event: ({ outcome }) => seen.push(outcome) });
    mesh.keepEventsIn({ ...idleStore, keep: () => Promise.reject(new MeshError('timeout', { target: 'ledger' })) });
    await expect(mesh.publish(echo, 'promised', { word: 'a' })).rejects.toMatchObject({ code: 'timeout' });
    expect(seen).toEqual(['failed']);
  });

  test('is kept even when nobody can be told at the moment', async () => {
    const { source, listener, clock, outcomes } = eventBed();
    const got: unknown[] = [];
    listener.subscribe(echo, 'promised', (data) => void got.push(data), { group });
    source.transport.disconnect();
    expect(await source.publish(echo, 'promised', { word: 'a' })).toMatchObject({ duplicate: false });
    await clock.advance(0);
    expect([outcomes('out'), got]).toEqual([['ok', 'dropped'], [{ word: 'a' }]]);
  });
});

describe('without a place to keep durable events', () => {
  test('publishing and joining a group say what is missing; lossy events need none', async () => {
    const { clock, random } = eventBed();
    const mesh = memoryMesh({ clock, random });
    const missing = /echo\.promised is durable: call mesh\.keepEventsIn/;
    await expect(mesh.publish(echo, 'promised', { word: 'a' })).rejects.toThrow(missing);
    expect(() => mesh.subscribe(echo, 'promised', () => {}, { group })).toThrow(missing);
    expect(mesh.keepsEvents).toBe(false);
    expect(mesh.publish(echo, 'said', { word: 'a' })).toBe(true);
  });

  test('a second one is refused, the same one is not', () => {
    const { source, events, clock } = eventBed();
    source.keepEventsIn(events);
    expect(() => source.keepEventsIn(new MemoryEvents(clock))).toThrow(TypeError);
  });
});
