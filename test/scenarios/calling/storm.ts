import type { History, ServiceControls } from '@seedcore/testkit';
import type { Parts } from './parts.ts';
import { World } from './world.ts';

/** Time between two calls of one caller, in ms. */
const EVERY_MS = 100;
const ENDPOINTS = ['read', 'write', 'check', 'relay', 'read', 'write'];

/**
 * Three callers, three instances and a chain through two services: calm; then lost and late messages, a kill and a
 * rolling restart; then nobody can be reached; then all is well again, and at rest. One seed, one run.
 */
export async function storm(seed: number, parts: Parts): Promise<History> {
  const world = new World(seed, parts);
  let replicas = [world.start('back'), world.start('back'), world.start('back')];
  world.start('front');
  // Long enough for every caller to know how long each target takes: only then is there time for a second attempt.
  await traffic(world, 20_000);
  await rest(world);
  await world.measure('warm');

  const faults = [
    world.bus.drop('test.svc.back.>', 0.03 + 0.05 * world.random.next()),
    world.bus.drop('_INBOX.>', 0.03 + 0.05 * world.random.next()),
    world.bus.delay('test.svc.front.>', Math.floor(30 * world.random.next())),
  ];
  replicas = await rolling(world, replicas);
  for (const end of faults) end();

  const outage = [world.bus.drop('test.svc.back.>'), world.bus.drop('test.inst.back.>')];
  await traffic(world, 12_000);
  for (const end of outage) end();
  for (const target of ['back.read', 'back.write', 'back.check', 'front.relay'])
    world.note({ kind: 'recovered', target });
  await traffic(world, 30_000);
  await rest(world);
  await world.measure('end');
  return world.history;
}

/** One replica is killed, the others leave one after the other, each replaced before it goes. */
async function rolling(world: World, [killed, ...others]: readonly ServiceControls[]): Promise<ServiceControls[]> {
  if (killed !== undefined) world.kill(killed);
  await traffic(world, 3_000);
  const replaced = [world.start('back')];
  for (const one of others) {
    replaced.push(world.start('back'));
    offer(world);
    await world.clock.advance(1);
    const left = world.leave(one);
    await traffic(world, 3_000);
    await left;
  }
  return replaced;
}

async function traffic(world: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += EVERY_MS) {
    offer(world);
    await world.clock.advance(EVERY_MS);
  }
}

/** One call of each caller. */
function offer(world: World): void {
  for (const caller of world.callers) {
    const endpoint = ENDPOINTS[Math.floor(world.random.next() * ENDPOINTS.length)] ?? 'read';
    const key = `k${Math.floor(world.random.next() * 1e9)}`;
    void world.ask(caller, endpoint, { key, ms: 5 + Math.floor(40 * world.random.next()) });
  }
}

/** Longer than any deadline, any grace and any leak is counted after. */
const rest = (world: World): Promise<void> => world.clock.advance(40_000);
