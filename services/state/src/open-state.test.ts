import { modeRecord, organRecord } from '@seedcore/contracts';
import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { openMetrics, silentLog } from '@seedcore/runtime';
import { startService } from '@seedcore/runtime/testing';
import { bucketAsset } from '@seedcore/store';
import { MemoryJetStream, memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openState } from './open-state.ts';

async function start() {
  const clock = new VirtualClock({ epochMs: Date.UTC(2026, 10, 22) });
  const server = new MemoryJetStream(clock);
  const bus = new MemoryBus({ clock, random: new SeededRandom(1) });
  const others = memoryStore({ clock, random: new SeededRandom(2), server });
  const store = memoryStore({ clock, random: new SeededRandom(3), server });
  const mesh = memoryMesh({ clock, random: new SeededRandom(4), ns: 'test', bus, service: 'state' });
  const running = await openState({ mesh, log: silentLog, clock, metrics: openMetrics() }, () => store, {
    vectorDim: 2,
  });
  const service = startService(running.implementation, { clock, bus });
  return { clock, others, store, running, service };
}

const organ = {
  organ_id: 'utility_organ_1',
  kind: 'utility' as const,
  state: 'ready' as const,
  desired: 1,
  max_agents: 10,
  skills: ['wait'],
  specialty: null,
  role_prior: { e: 0.2, s: 0.3, o: 0.5 },
  created_at: '2026-11-22T00:00:00Z',
};

test('organs that organism registers later are followed, and their members found', async () => {
  const { clock, others, service } = await start();
  await others.provision([bucketAsset('organs', 'Organs.')]);
  const organs = others.bucket({ name: 'organs', schema: organRecord, version: 1 });
  await organs.createOnce('organ.utility_organ_1', organ);
  await clock.advance(2000);
  await service.update_agent_state({ agent_id: 'a1', patch: { organ_id: 'utility_organ_1' }, create: true });
  const reply = await service.get_aggregated_state({});
  const { created_at: _at, specialty: _specialty, ...kept } = organ;
  expect(reply.ok && reply.value.parts.organs).toMatchObject({
    completeness: 0,
    data: [{ ...kept, members: ['a1'], alive: 0, h: null, roles: [null] }],
    missing: ['organ utility_organ_1: no member alive'],
  });
});

test('an organ recorded in another shape is shown as far as it can be read', async () => {
  const { clock, others, service } = await start();
  await others.provision([bucketAsset('organs', 'Organs.')]);
  const odd = others.bucket({
    name: 'organs',
    schema: z.object({ organ_id: z.string(), desired: z.string() }),
    version: 1,
  });
  await odd.createOnce('organ.odd', { organ_id: 'odd', desired: 'many' });
  await clock.advance(2000);
  const reply = await service.get_aggregated_state({});
  expect(reply.ok && reply.value.parts.organs?.data).toMatchObject([
    { organ_id: 'odd', desired: null, kind: null, skills: [] },
  ]);
});

test('the mode energy recorded is shown until nobody has checked for 30 s', async () => {
  const { clock, others, service } = await start();
  await others.provision([bucketAsset('energy', 'The mode.')]);
  const modes = others.bucket({ name: 'energy', schema: modeRecord, version: 1 });
  const at = new Date(clock.wallMs()).toISOString();
  const record = {
    mode: 'DEGRADED' as const,
    causes: [],
    components: [],
    since: at,
    dwell_s: 60,
    brownout_level: 1,
    clean_checks: 0,
    epoch: 1,
    seq: 1,
  };
  await modes.createOnce('mode', { ...record, checked_at: at });
  await clock.advance(10_000);
  const system = async () => {
    const reply = await service.get_aggregated_state({});
    return reply.ok ? reply.value.parts.system : undefined;
  };
  expect(await system()).toMatchObject({ data: { mode: 'DEGRADED' } });
  await clock.advance(25_000);
  expect(await system()).toMatchObject({
    data: { mode: null },
    missing: expect.arrayContaining(['mode: nobody has checked for 30 s']),
  });
});

test('services that answer on the bus are counted with their age', async () => {
  const { clock, service } = await start();
  await clock.advance(6000);
  const reply = await service.get_aggregated_state({});
  const system = reply.ok ? reply.value.parts.system : undefined;
  expect(system?.completeness).toBeCloseTo(1 / 6, 8);
  expect(system?.data.services.find(({ service: name }) => name === 'state')).toMatchObject({
    instances: 1,
    age_ms: expect.any(Number),
  });
});

test('it says that it is warming up until every record has been read, and stops cleanly', async () => {
  const { clock, running, service } = await start();
  expect(running.degradedBy?.()).toEqual(['warming']);
  await clock.advance(1);
  expect(running.degradedBy?.()).toEqual([]);
  expect(running.missing?.()).toMatchObject([{ name: 'organs', since: '2026-11-22T00:00:00.000Z' }]);
  await service.stop();
  const drained = running.drain?.(1000);
  await clock.advance(2000);
  await drained;
  const before = clock.pending;
  await clock.advance(20_000);
  expect(clock.pending).toBeLessThanOrEqual(before);
});
