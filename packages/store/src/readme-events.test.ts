import { readFileSync } from 'node:fs';
import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { shipPaidOrders, tellPaid } from './readme-events.ts';
import { memoryStore } from './testing/index.ts';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the listing of the README is the file that is tested here', () => {
  expect(text('../README.md')).toContain(`\`\`\`ts\n${text('./readme-events.ts')}\`\`\``);
});

test('a shipper that fails gets the order again, and an order told twice is shipped once', async () => {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const mesh = memoryMesh(ports);
  mesh.observe({ defect: () => {} });
  const tries: string[] = [];
  shipPaidOrders(mesh, memoryStore(ports), async (order, key) => {
    tries.push(`${order} ${key}`);
    if (tries.length === 1) throw new Error('no lorry');
  });
  expect([await tellPaid(mesh, 'o7'), await tellPaid(mesh, 'o7')]).toEqual([
    { id: 'o7', duplicate: false },
    { id: 'o7', duplicate: true },
  ]);
  await ports.clock.advance(60_000);
  expect(tries).toEqual(['o7 o7', 'o7 o7']);
});
