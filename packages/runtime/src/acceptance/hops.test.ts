import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { type Call, delay, endpoint, type Implementation, implement, ok, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startService } from '../testing/start-service.ts';

const hop = (name: string) =>
  service(name, {
    doc: 'Hands the call on.',
    version: '1.0.0',
    endpoints: {
      go: endpoint({ doc: 'To the next.', input: z.strictObject({}), output: z.object({}), deadlineMs: 5_000 }),
    },
  });
type Hop = ReturnType<typeof hop>;
type Go = (call: Call) => Promise<unknown>;

/** Services on one bus, each handing its call on as it is told. */
function open() {
  const clock = new VirtualClock();
  const random = new SeededRandom(4);
  const bus = new MemoryBus({ clock, random });
  const started = new Map<string, Hop>();
  const lefts: number[] = [];
  const running = new Set<string>();
  const start = (name: string, next: Go) => {
    const contract = hop(name);
    const implementation: Implementation<Hop> = implement(contract, {
      go: async (_input, call) => {
        lefts.push(call.left());
        running.add(name);
        await next(call).finally(() => running.delete(name));
        return ok({});
      },
    });
    started.set(name, contract);
    return startService(implementation, { clock, random, bus });
  };
  /** The client one hop has of another. */
  const from = (name: string) => {
    const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: name });
    return (to: string): Go =>
      (call) =>
        mesh.client(contractOf(to)).go({}, call);
  };
  const contractOf = (name: string): Hop => started.get(name) ?? hop(name);
  return { clock, start, from, lefts, running };
}

test('mesh.A10: of four hops each sees less time than its caller, and no handler runs past the deadline', async () => {
  const { clock, start, from, lefts, running } = open();
  const first = start('a', from('a')('b'));
  start('b', from('b')('c'));
  start('c', from('c')('d'));
  start('d', (call) => delay(clock, 60_000, call.signal));
  const outcome = first.go({}, { deadlineMs: 1_000 }).catch((error: unknown) => error);
  await clock.advance(900);
  expect(running.size).toBe(4);
  expect(lefts).toHaveLength(4);
  expect(lefts[0]).toBeLessThanOrEqual(1_000);
  for (const [i, left] of lefts.slice(1).entries()) expect(left).toBeLessThan(lefts[i] ?? 0);
  await clock.advance(150);
  expect(await outcome).toMatchObject({ code: 'deadline_exceeded' });
  expect([...running]).toEqual([]);
});

test('mesh.A12: a service that is called again by its own chain refuses, and names the chain', async () => {
  const { clock, start, from } = open();
  const first = start('a', from('a')('b'));
  start('b', from('b')('a'));
  const outcome = first.go({}).catch((error: unknown) => error);
  await clock.advance(100);
  expect(await outcome).toMatchObject({ code: 'cycle_refused', details: { chain: ['a', 'b'] } });
});

test('mesh.A12: a chain of nine ends where it would become too long', async () => {
  const { clock, start, from, lefts } = open();
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const hops = names.map((name, i) => start(name, from(name)(names[i + 1] ?? 'a')));
  const outcome = hops[0]?.go({}).catch((error: unknown) => error);
  await clock.advance(100);
  expect(await outcome).toMatchObject({ code: 'cycle_refused', details: { chain: names.slice(0, 8) } });
  expect(lefts).toHaveLength(8);
});
