import { state } from '@seedcore/contracts';
import { openMetrics, silentLog } from '@seedcore/runtime';
import { MemoryJetStream } from '@seedcore/store/testing';
import { conformance, memoryMesh, memoryStore, SeededRandom, startService, VirtualClock } from '@seedcore/testkit';
import { test } from 'vitest';
import { openState } from './open-state.ts';

async function start() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const mesh = memoryMesh({ clock, random, ns: 'test', service: 'state', instance: 'state-1' });
  const open = () => memoryStore({ clock, random, server: new MemoryJetStream(clock) });
  const { implementation } = await openState({ mesh, log: silentLog, clock, metrics: openMetrics() }, open, {
    vectorDim: 2,
  });
  return startService(implementation, { clock });
}

test.each(conformance(state, start))('$name', ({ run }) => run());
