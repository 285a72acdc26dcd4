import { subjects } from '@seedcore/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DirectoryEvent, GONE_MS, Instances, MAX_INSTANCES, SILENCE_MS } from './instances.ts';
import type { Introduction } from './introduction.ts';

const known = (id: string, but: Partial<Introduction> = {}): Introduction => ({
  id,
  version: '1.0.0',
  contract: undefined,
  speaksMsgpack: true,
  addressable: true,
  ...but,
});
const info = (askedAt: number, ...found: Introduction[]): DirectoryEvent => ({ kind: 'info', found, askedAt });
const beat = (id: string, state: 'starting' | 'alive' | 'draining' = 'alive'): DirectoryEvent => ({
  kind: 'presence',
  id,
  state,
});
const on = (kind: 'ended' | 'reply' | 'draining' | 'no_responder', id: string): DirectoryEvent => ({ kind, id });
const passed: DirectoryEvent = { kind: 'time', deaf: false };

function ml(...events: readonly (readonly [at: number, event: DirectoryEvent])[]) {
  const instances = new Instances('ml', subjects('n'));
  for (const [at, event] of events) instances.step(event, at);
  return instances;
}
const states = (instances: Instances) => Object.fromEntries(instances.all().map(({ id, state }) => [id, state]));
const routable = (instances: Instances) => instances.routable().map(({ id }) => id);
const both: readonly [number, DirectoryEvent] = [0, info(0, known('a'), known('b'))];

describe('an instance is', () => {
  test('alive after INFO, a presence or a reply, born when it was first heard', () => {
    const instances = ml([0, info(0, known('a'))], [5, beat('b')], [7, on('reply', 'c')], [9, on('reply', 'a')]);
    expect(states(instances)).toEqual({ a: 'alive', b: 'alive', c: 'alive' });
    expect(instances.all().map(({ bornAt }) => bornAt)).toEqual([0, 5, 7]);
  });

  test('known for the load it reported last', () => {
    const instances = ml(both, [3, { kind: 'load', id: 'a', inFlight: 2, limit: 20 }]);
    expect(instances.get('a')).toMatchObject({ inFlight: 2, limit: 20, reportedAt: 3 });
    expect(instances.get('b')).toMatchObject({ inFlight: 0, limit: 0, reportedAt: Number.NEGATIVE_INFINITY });
  });

  test('starting until its presence says ready, whatever else is heard of it', () => {
    const instances = ml(both, [1, beat('a', 'starting')], [2, on('reply', 'a')], [3, info(3, known('a'), known('b'))]);
    expect(states(instances)).toEqual({ a: 'starting', b: 'alive' });
    instances.step(beat('a'), 4);
    expect(states(instances)).toEqual({ a: 'alive', b: 'alive' });
  });

  test.each([beat('a', 'draining'), on('draining', 'a')])('draining when it says so: %j', (event) => {
    const instances = ml(both, [1, event], [2, on('reply', 'a')], [3, info(3, known('a'), known('b'))]);
    expect([states(instances), routable(instances)]).toEqual([{ a: 'draining', b: 'alive' }, ['b']]);
  });

  test('suspect after 15 s without a sign, alive again on any', () => {
    const instances = ml(both, [0, beat('a')], [SILENCE_MS - 1, passed]);
    expect(states(instances)['a']).toBe('alive');
    instances.step(passed, SILENCE_MS);
    expect([states(instances)['a'], routable(instances)]).toEqual(['suspect', ['b']]);
    instances.step(on('reply', 'a'), SILENCE_MS + 1);
    expect(states(instances)['a']).toBe('alive');
  });

  test('suspect when its presence ended, gone when it had said that it drains', () => {
    expect(states(ml(both, [1, beat('a')], [2, on('ended', 'a')]))['a']).toBe('suspect');
    expect(states(ml(both, [1, beat('a', 'draining')], [2, on('ended', 'a')]))['a']).toBe('gone');
  });

  test('never suspect for a silence in which this process could not hear', () => {
    const instances = ml(both, [0, beat('a')], [SILENCE_MS, { kind: 'time', deaf: true }]);
    instances.step(passed, 2 * SILENCE_MS - 1);
    expect(states(instances)['a']).toBe('alive');
    instances.step({ kind: 'rebase' }, 2 * SILENCE_MS);
    instances.step(passed, 3 * SILENCE_MS - 1);
    expect(states(instances)['a']).toBe('alive');
    instances.step(passed, 3 * SILENCE_MS);
    expect(states(instances)['a']).toBe('suspect');
  });

  test('never suspect for silence when it tells of no presence', () => {
    expect(states(ml(both, [10 * SILENCE_MS, passed]))).toEqual({ a: 'alive', b: 'alive' });
  });

  test('mesh.A20: gone at once when nobody listens on its subject, remembered 60 s, back on any sign', () => {
    const instances = ml(both, [1, beat('a')], [10, on('no_responder', 'a')]);
    expect([states(instances)['a'], routable(instances)]).toEqual(['gone', ['b']]);
    instances.step(passed, 10 + GONE_MS - 1);
    expect(states(instances)['a']).toBe('gone');
    const back = ml(both, [10, on('no_responder', 'a')], [11, beat('a')]);
    expect(back.get('a')).toMatchObject({ state: 'alive', bornAt: 0 });
    instances.step(passed, 10 + GONE_MS);
    expect(instances.get('a')).toBeUndefined();
  });

  test('not brought back by an answer it gave before it went', () => {
    const instances = ml(both, [10, on('no_responder', 'a')], [300, info(5, known('a'), known('b'))]);
    expect(states(instances)['a']).toBe('gone');
    instances.step(info(400, known('a')), 700);
    expect(states(instances)['a']).toBe('alive');
  });

  test('forgotten after two refreshes it did not answer, not after one; not while it beats', () => {
    const instances = ml(both, [30_000, info(30_000, known('a'))]);
    expect(states(instances)).toEqual({ a: 'alive', b: 'alive' });
    instances.step(info(60_000, known('a')), 60_000);
    expect(states(instances)).toEqual({ a: 'alive' });
    const beating = ml(
      both,
      [30_000, info(30_000)],
      [59_000, beat('a')],
      [60_000, info(60_000)],
      [61_000, info(61_000)],
    );
    expect(states(beating)).toEqual({ a: 'alive' });
  });
});

describe('whom to choose from', () => {
  test('the suspects when nobody is alive, nobody that drains or is gone', () => {
    const instances = ml([0, info(0, known('a'), known('b'), known('c'))], [0, beat('a')], [0, beat('b')]);
    instances.step(on('ended', 'a'), 1);
    instances.step(on('draining', 'b'), 1);
    instances.step(on('no_responder', 'c'), 1);
    expect(routable(instances)).toEqual(['a']);
  });

  test('nobody, hence the queue group, as soon as one has no subject of its own', () => {
    const instances = ml(both, [1, info(1, known('a'), known('b'), known('c', { addressable: false }))]);
    expect(routable(instances)).toEqual([]);
  });

  test('not somebody who has only given a sign; who it is, is asked once', () => {
    const instances = ml(both, [5, on('reply', 'c')]);
    expect([routable(instances), instances.strangers]).toEqual([['a', 'b'], true]);
    instances.step(info(6, known('a'), known('b')), 7);
    expect([routable(instances), instances.strangers]).toEqual([['a', 'b'], false]);
    instances.step(info(8, known('a'), known('b'), known('c')), 9);
    expect(routable(instances)).toEqual(['a', 'b', 'c']);
  });

  test('the same array until something changes, with the subjects built once', () => {
    const instances = ml(both);
    const before = instances.routable();
    instances.step(on('reply', 'a'), 1);
    instances.step({ kind: 'load', id: 'a', inFlight: 1, limit: 2 }, 2);
    expect(instances.routable()).toBe(before);
    expect(before[0]?.subjectFor('chat')).toBe('n.inst.ml.a.chat');
    instances.step(on('draining', 'a'), 3);
    expect(instances.routable()).not.toBe(before);
  });

  test('MessagePack only where everybody who may get the request reads it', () => {
    expect(ml().allSpeakMsgpack).toBe(false);
    expect(ml(both).allSpeakMsgpack).toBe(true);
    expect(ml(both, [1, on('reply', 'c')]).allSpeakMsgpack).toBe(false);
    const mixed = ml([0, info(0, known('a'), known('b', { speaksMsgpack: false }))]);
    expect(mixed.allSpeakMsgpack).toBe(false);
    mixed.step(on('no_responder', 'b'), 1);
    expect(mixed.allSpeakMsgpack).toBe(true);
  });
});

describe('for every course of events', () => {
  const id = fc.integer({ min: 0, max: 300 }).map(String);
  const event = fc.oneof(
    fc.uniqueArray(id, { maxLength: 280 }).map((ids) => info(0, ...ids.map((one) => known(one)))),
    fc.tuple(id, fc.constantFrom('starting', 'alive', 'draining')).map(([of, state]) => beat(of, state)),
    fc.tuple(fc.constantFrom('ended', 'reply', 'draining', 'no_responder'), id).map(([kind, of]) => on(kind, of)),
    fc.constant<DirectoryEvent>({ kind: 'rebase' }),
    fc.boolean().map((deaf): DirectoryEvent => ({ kind: 'time', deaf })),
  );
  const course = fc.array(fc.tuple(fc.integer({ min: 0, max: 200_000 }), event), { maxLength: 60 });

  test('at most 256 instances are remembered, and only the best of them are chosen', () => {
    fc.assert(
      fc.property(course, (events) => {
        const instances = ml(...events);
        expect(instances.all().length).toBeLessThanOrEqual(MAX_INSTANCES);
        const chosen = new Set(instances.routable().map(({ state }) => state));
        const alive = instances.all().some(({ state, version }) => state === 'alive' && version !== '');
        expect([...chosen]).toEqual(chosen.size === 0 ? [] : [alive ? 'alive' : 'suspect']);
      }),
      { numRuns: 60 },
    );
  });

  test('mesh.S1: equal events give equal pictures; mesh.S2: time never runs backwards', () => {
    fc.assert(
      fc.property(course, (events) => {
        const one = ml(...events);
        let latest = 0;
        const sorted = events.map(([at, what]) => {
          latest = Math.max(latest, at);
          return [latest, what] as const;
        });
        const other = ml(...sorted);
        expect(other.all().map((each) => ({ ...each }))).toEqual(one.all().map((each) => ({ ...each })));
        expect(other.dueAt).toBe(one.dueAt);
      }),
      { numRuns: 30 },
    );
  });
});
