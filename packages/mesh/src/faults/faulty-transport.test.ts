import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { MemoryBus } from '../testing/memory-bus.ts';
import { type MemoryTransport, memoryTransport } from '../testing/memory-transport.ts';
import { transportCases } from '../testing/transport-suite.ts';
import type { Fault } from './fault.ts';
import { type FaultOwner, faultPlan, type RunningFaultKind } from './fault-plan.ts';
import { FaultyTransport } from './faulty-transport.ts';

const NS = 'a';
const nothing = new Uint8Array(0);

/** The service `ml`, which suffers, and a plain peer on the same bus. */
function bed(owner: Partial<FaultOwner> = {}) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(3) };
  const bus = new MemoryBus(ports);
  const peer = memoryTransport({ ...ports, bus });
  const inner = memoryTransport({ ...ports, bus });
  const befallen: RunningFaultKind[] = [];
  const ended = { killed: 0 };
  const one = faulty(ports, inner, {
    befallen: (kind) => befallen.push(kind),
    kill: () => {
      ended.killed += 1;
    },
  });
  const suffer = (...faults: Fault[]) =>
    one.suffer(faultPlan(faults, { ns: NS, service: 'ml', instance: 'ml-1', ...owner }));
  const seen: string[] = [];
  one.subscribe('>', ({ subject }) => seen.push(subject));
  const heard: string[] = [];
  peer.subscribe('a.>', ({ subject }) => heard.push(subject));
  return { ...ports, peer, inner, one, suffer, seen, heard, befallen, ended };
}

function faulty(
  { clock, random }: { clock: VirtualClock; random: SeededRandom },
  transport: MemoryTransport,
  { befallen, kill }: { befallen: (kind: RunningFaultKind) => void; kill: () => void },
) {
  return new FaultyTransport({ transport, ns: NS, clock, random, report: () => {}, befallen, kill });
}

describe('a transport that may suffer, while nothing is on, keeps the promises of the port:', () => {
  test.each(transportCases)('$name', async ({ run }) => {
    const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
    const bus = new MemoryBus(ports);
    const quiet = { befallen: () => {}, kill: () => {} };
    await run({ open: async () => faulty(ports, memoryTransport({ ...ports, bus }), quiet) });
  });
});

describe('what arrives', () => {
  test('is lost, late, doubled or changed as the plan says, and nothing of it when the plan is gone', async () => {
    const { peer, suffer, seen, befallen, clock } = bed();
    const send = async () => {
      seen.length = 0;
      for (const subject of ['a.svc.ml.x', 'a.inst.ml.ml-1.x', 'a.svc.ml.y']) peer.publish(subject, nothing);
      await clock.advance(0);
      return [...seen];
    };
    suffer({ kind: 'drop', target: 'ml.x', share: 1 });
    expect(await send()).toEqual(['a.svc.ml.y']);
    suffer({ kind: 'duplicate', target: 'ml', share: 1 });
    expect(await send()).toHaveLength(6);
    suffer({ kind: 'delay', subject: 'a.svc.>', share: 1, ms: 50 });
    expect(await send()).toEqual(['a.inst.ml.ml-1.x']);
    await clock.advance(50);
    expect(seen).toEqual(['a.inst.ml.ml-1.x', 'a.svc.ml.x', 'a.svc.ml.y']);
    expect(befallen).toEqual(['drop', 'drop', ...Array(3).fill('duplicate'), 'delay', 'delay']);
    suffer();
    expect(await send()).toHaveLength(3);
  });

  test('outside of the namespace is left alone, whatever the pattern', async () => {
    const { peer, suffer, seen, clock } = bed();
    suffer({ kind: 'drop', subject: '*.>', share: 1 });
    for (const subject of ['a.evt.x.y', 'b.evt.x.y', '_INBOX.me.1']) peer.publish(subject, nothing);
    await clock.advance(0);
    expect(seen).toEqual(['b.evt.x.y', '_INBOX.me.1']);
  });

  test('late is not handed to who has left meanwhile', async () => {
    const { peer, one, suffer, clock } = bed();
    const seen: string[] = [];
    const interest = one.subscribe('a.b', ({ subject }) => seen.push(subject));
    suffer({ kind: 'delay', subject: 'a.b', share: 1, ms: 50 });
    peer.publish('a.b', nothing);
    await clock.advance(10);
    interest.unsubscribe();
    await clock.advance(100);
    expect(seen).toEqual([]);
  });
});

test('a slow instance takes its time for replies so many times over; another instance does not', async () => {
  for (const [instance, at] of [
    ['ml-1', 200],
    ['ml-2', 50],
  ] as const) {
    const { peer, one, suffer, clock } = bed({ instance });
    one.subscribe('a.svc.ml.work', ({ reply = '' }) => void clock.after(50, () => one.publish(reply, nothing)));
    const replied: number[] = [];
    peer.subscribe('_INBOX.me.1', () => replied.push(clock.now()));
    suffer({ kind: 'slow', factor: 4, instance: 'ml-1' });
    peer.publish('a.svc.ml.work', nothing, { reply: '_INBOX.me.1' });
    await clock.advance(500);
    expect(replied).toEqual([at]);
  }
});

test('two services apart reach each other in neither direction, others are reached', async () => {
  const { peer, one, suffer, seen, heard, befallen, clock } = bed();
  suffer({ kind: 'partition', between: ['state', 'ml'] });
  for (const subject of ['a.svc.state.x', 'a.inst.state.state-1.x', 'a.svc.energy.x']) one.publish(subject, nothing);
  for (const subject of ['a.evt.state.x', 'a.evt.energy.x']) peer.publish(subject, nothing);
  await clock.advance(0);
  expect(heard).toEqual(['a.svc.energy.x', 'a.evt.state.x', 'a.evt.energy.x']);
  expect(seen).toEqual(['a.svc.energy.x', 'a.evt.energy.x']);
  expect(befallen).toEqual(['partition', 'partition', 'partition']);
});

test('a lost connection says so, takes nothing, gives nothing, and is back after its time', async () => {
  const { peer, one, suffer, seen, clock } = bed();
  const states: string[] = [];
  one.onState((state) => states.push(state));
  suffer({ kind: 'disconnect', ms: 3_000 });
  peer.publish('a.b', nothing);
  expect(() => one.publish('a.b', nothing)).toThrow(/not_connected/);
  await expect(one.flush()).rejects.toMatchObject({ code: 'not_connected' });
  await clock.advance(2_999);
  expect([states, seen]).toEqual([['down'], []]);
  await clock.advance(1);
  peer.publish('a.b', nothing);
  await clock.advance(0);
  expect([states, seen, one.state]).toEqual([['down', 'up'], ['a.b'], 'up']);
});

test('what the connection really does meanwhile is told when the fault is over', async () => {
  const { one, inner, suffer, clock } = bed();
  const states: string[] = [];
  one.onState((state) => states.push(state));
  suffer({ kind: 'disconnect', ms: 1_000 });
  inner.disconnect();
  await clock.advance(1_000);
  expect([states, one.state]).toEqual([['down'], 'down']);
  inner.reconnect();
  expect(states).toEqual(['down', 'up']);
});

test('only the instance that is named is killed', () => {
  for (const [instance, killed] of [
    ['ml-1', 1],
    ['ml-2', 0],
  ] as const) {
    const { suffer, ended } = bed({ instance });
    suffer({ kind: 'kill', instance: 'ml-1' });
    expect(ended.killed).toBe(killed);
  }
});
