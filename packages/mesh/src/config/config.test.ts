import { type Validated, validate } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { callerKnobs } from './caller-knobs.ts';
import { configValue } from './config-value.ts';
import type { Knob } from './knob.ts';
import { CONFIG_BUCKET } from './mesh-config.ts';

const limit = (endpoint?: string): Knob<number> => ({ service: 'ml', endpoint, name: 'limit', read: wholeNumber });
const wholeNumber = (value: unknown): Validated<number> =>
  Number.isInteger(value)
    ? { ok: true, value: Number(value) }
    : { ok: false, problems: [{ field: '', message: 'must be a whole number' }] };

function bed(service = 'ml') {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  const operator = memoryMesh({ ...ports, bus }).kv.bucket(CONFIG_BUCKET);
  const mesh = memoryMesh({ ...ports, bus, service });
  const rejected: string[] = [];
  mesh.observe({ configRejected: (key, reason) => rejected.push(`${key}: ${reason}`) });
  const put = async (key: string, text: string) => {
    await operator.put(key, new TextEncoder().encode(text));
    await ports.clock.advance(0);
  };
  const remove = async (key: string) => {
    await operator.delete(key);
    await ports.clock.advance(0);
  };
  return { ...ports, bus, mesh, rejected, put, remove };
}

describe('what an operator wrote', () => {
  test.each<[string, unknown]>([
    ['isolate', 'isolate'],
    ['"isolate"', 'isolate'],
    [' 5\n', 5],
    ['{"a":[1]}', { a: [1] }],
    ['', undefined],
    ['  ', undefined],
  ])('%j is read', (text, value) => {
    expect(configValue(new TextEncoder().encode(text))).toEqual({ ok: true, value });
  });

  test.each(['two words', '{', 'a.b', '\u0000'])('%j is refused', (text) => {
    expect(configValue(new TextEncoder().encode(text))).toMatchObject({ ok: false });
  });

  test('bytes that are no text are refused', () => {
    expect(configValue(Uint8Array.of(0xff, 0xfe))).toMatchObject({ ok: false });
  });
});

describe('a knob', () => {
  test('has the value of its most specific key', async () => {
    const { mesh, put, remove } = bed();
    const seen: unknown[] = [];
    mesh.config.watch(limit('chat'), (value) => seen.push(value));
    await put('mesh.limit', '1');
    await put('ml.limit', '2');
    await put('ml.chat.limit', '3');
    await put('mesh.limit', '4');
    await remove('ml.chat.limit');
    await put('ml.limit', '');
    await remove('mesh.limit');
    expect(seen).toEqual([1, 2, 3, 2, 4, undefined]);
  });

  test('mesh.A24: a bad value keeps the last good one and is reported once', async () => {
    const { mesh, put, rejected } = bed();
    const seen: unknown[] = [];
    mesh.config.watch(limit('chat'), (value) => seen.push(value));
    mesh.config.watch(limit('rerank'), () => {});
    await put('ml.limit', '2');
    await put('ml.limit', 'many');
    expect([seen, rejected]).toEqual([[2], ['ml.limit: must be a whole number']]);
    expect(mesh.config.rejected()).toEqual([{ key: 'ml.limit', reason: 'must be a whole number' }]);
    await put('ml.limit', '5');
    expect([seen, mesh.config.rejected()]).toEqual([[2, 5], []]);
  });

  test('that is watched later has the value that is there already', async () => {
    const { mesh, put } = bed();
    mesh.config.watch(limit('chat'), () => {});
    await put('ml.limit', '2');
    const seen: unknown[] = [];
    mesh.config.watch(limit('rerank'), (value) => seen.push(value));
    expect(seen).toEqual([2]);
  });

  test('is watched through an interruption, and told nothing twice', async () => {
    const { mesh, put, clock } = bed();
    const seen: unknown[] = [];
    mesh.config.watch(limit(), (value) => seen.push(value));
    await put('ml.limit', '2');
    mesh.transport.disconnect();
    await put('ml.limit', '3');
    mesh.transport.reconnect();
    await clock.advance(0);
    mesh.transport.disconnect();
    mesh.transport.reconnect();
    await clock.advance(0);
    expect(seen).toEqual([2, 3]);
  });

  test('may be given up', async () => {
    const { mesh, put } = bed();
    const seen: unknown[] = [];
    mesh.config.watch(limit(), (value) => seen.push(value))();
    await put('ml.limit', '2');
    expect(seen).toEqual([]);
  });

  test('can be checked by a schema', async () => {
    const { mesh, put, rejected } = bed();
    const { id } = await import('@seedcore/protocol');
    const seen: unknown[] = [];
    const knob = { service: 'ml', name: 'model', read: (value: unknown) => validate(id, value) };
    mesh.config.watch(knob, (value) => seen.push(value));
    await put('ml.model', 'tiny');
    await put('ml.model', '{"size":1}');
    expect([seen, rejected.length]).toEqual([['tiny'], 1]);
  });
});

describe('a key nobody reads', () => {
  test.each([
    ['ml.limt', 'nobody knows the knob limt; did you mean limit?'],
    [
      'ml.colour',
      `nobody knows the knob colour; there are ${[...Object.keys(callerKnobs), 'limit'].sort().join(', ')}`,
    ],
    ['ml.chta.limit', 'ml has no endpoint chta'],
    ['ml.chat.log_level', 'log_level is set for a whole service, as ml.log_level'],
    ['ml.chat.attempts', 'must be a whole number, 1 to 10'],
    ['mesh.ml.limit', 'is not <service>[.<endpoint>].<knob> or mesh.<knob>'],
  ])('%s is reported by the service it concerns', async (key, reason) => {
    const { mesh, put, rejected } = bed();
    mesh.config.watch(limit('chat'), () => {});
    if (key.endsWith('log_level')) mesh.config.watch({ ...limit(), name: 'log_level' }, () => {});
    await put(key, '50');
    expect(rejected).toEqual([]);
    mesh.config.complete(['chat']);
    expect(rejected).toEqual([`${key}: ${reason}`]);
  });

  test.each(['ml.chat.attempts', 'ml.chat.limit', 'ml.limit', 'energy.anything'])('%s is none of its', async (key) => {
    const { mesh, put, rejected } = bed();
    mesh.config.watch(limit('chat'), () => {});
    mesh.config.complete(['chat']);
    await put(key, '5');
    expect(rejected).toEqual([]);
  });
});

test('without JetStream nothing is watched and nothing breaks', async () => {
  const { mesh, bus, put } = bed();
  bus.buckets.available = false;
  mesh.config.watch(limit(), () => {});
  await expect(put('ml.limit', '1')).rejects.toMatchObject({ code: 'unavailable' });
});
