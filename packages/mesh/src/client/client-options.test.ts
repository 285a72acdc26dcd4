import { headerNames, isRecord } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { defaultTokens } from '@seedcore/resilience';
import { expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';

/**
 * Two instances that can be addressed and read MessagePack; `seen` tells where each request arrived, in which codec,
 * `words` which words each instance was sent.
 */
async function twoInstances(endpoint = 'say') {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(5) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus });
  const seen: string[] = [];
  const words = new Map<string, Set<unknown>>();
  for (const id of ['e1', 'e2']) {
    const transport = memoryTransport({ ...ports, bus });
    const queue = mesh.subjects.endpoint('echo', endpoint);
    const info = {
      name: 'echo',
      id,
      version: '1.0.0',
      metadata: { 'sc.codec': 'json,msgpack', 'sc.inst': '1' },
      endpoints: [{ name: endpoint, subject: queue, queue_group: 'q' }],
    };
    transport.subscribe('$SRV.INFO.echo', ({ reply = '' }) =>
      transport.publish(reply, new TextEncoder().encode(JSON.stringify(info))),
    );
    for (const [where, subject] of [
      ['queue', queue],
      ['instance', mesh.subjects.instance('echo', id, endpoint)],
    ] as const)
      fakeWorker(transport, subject, (request) => {
        seen.push(`${where} ${request.message.headers.get(headerNames.contentType) ?? 'json'}`);
        const { word } = isRecord(request.input) ? request.input : {};
        words.set(id, (words.get(id) ?? new Set()).add(word));
        return repeat(request);
      });
  }
  mesh.instances('echo');
  await ports.clock.advance(1_000);
  return { mesh, seen, words };
}

test('a client chooses the instance, unless it is told to leave that to the queue group', async () => {
  const { mesh, seen } = await twoInstances();
  await mesh.client(echo).say({ word: 'a' });
  await mesh.client(echo, { choice: 'queue' }).say({ word: 'a' });
  expect(seen).toEqual(['instance application/msgpack', 'queue application/msgpack']);
});

test('a client that is told so writes JSON to those who read MessagePack', async () => {
  const { mesh, seen } = await twoInstances();
  await mesh.client(echo, { codec: 'json' }).say({ word: 'a' });
  expect(seen).toEqual(['instance json']);
});

test('what a client says about its policies is what its target has, the rest keeps its default', async () => {
  const { mesh } = await twoInstances();
  const tokens = { ...defaultTokens, burst: 2 };
  await mesh.client(echo, { tokens, bulkhead: { limit: 7, queue: 1 } }).say({ word: 'a' });
  expect(mesh.resources()).toMatchObject([{ limit: 7, tokens: { spent_in_minute: 1 } }]);
});

test('calls with an equal value in the field of affinity go to the same instance', async () => {
  const { mesh, words } = await twoInstances('near');
  const said = Array.from({ length: 20 }, (_, i) => `word${i}`);
  for (let round = 0; round < 5; round++) for (const word of said) await mesh.client(echo).near({ word });
  const [one = [], other = []] = [...words.values()].map((set) => [...set]);
  expect([...one, ...other].sort()).toEqual(said.toSorted());
  expect(Math.min(one.length, other.length)).toBeGreaterThan(0);
});
