import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ml } from '@seedcore/contracts';
import { serviceClients } from '@seedcore/contracts/registry';
import { clients } from '@seedcore/mesh';
import { MemoryBus, memoryMesh, memoryTransport } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { root } from '../support/program.ts';
import { readyServices } from './named-clients.ts';

/** A bus on which somebody answers for the health of ml alone. */
function onlyMl() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus });
  const worker = memoryTransport({ ...ports, bus });
  const health = new TextEncoder().encode(JSON.stringify({ live: true, ready: true }));
  worker.subscribe(mesh.subjects.endpoint('ml', 'health'), ({ reply = '' }) => worker.publish(reply, health));
  return mesh;
}

test('the listing of the mesh’s README is the file that is tested here', () => {
  const listing = readFileSync(join(root, 'test/mesh/named-clients.ts'), 'utf8');
  expect(readFileSync(join(root, 'packages/mesh/README.md'), 'utf8')).toContain(`\`\`\`ts\n${listing}\`\`\``);
});

test('the listing finds those who are ready', async () => {
  expect(await readyServices(onlyMl())).toEqual(['ml_service']);
});

test('the six documented names have clients of their contracts', () => {
  const all = clients(onlyMl(), serviceClients).getAllServiceClients();
  expect(Object.keys(all).sort()).toEqual(['cognitive', 'coordinator', 'energy', 'ml_service', 'organism', 'state']);
  expect(Object.keys(all.ml_service)).toEqual(expect.arrayContaining([...Object.keys(ml.endpoints), 'health_check']));
  for (const client of Object.values(all)) expect(client.get_metrics()).toEqual([]);
});
