import type { Criticality } from '@seedcore/protocol';
import type { History } from '@seedcore/testkit';
import { type Parts, sound } from './parts.ts';
import { World } from './world.ts';

/** Work of one call in ms while its process has room, and how many calls that is room for. */
const WORK_MS = 100;
const ROOM = 4;
const SECONDS = 6;
/** Calls there is room for in the whole run. */
export const CAPACITY = (ROOM * 1_000 * SECONDS) / WORK_MS;

/** What the server admits and callers send on is the matter here, not what they repeat. */
const ADMISSION_ALONE = { retry: { max: 1, backoff: { baseMs: 1, capMs: 1 } } };

/** Offered per tick of 25 ms, five times what there is room for; critical calls alone are half of it. */
const OFFER: readonly Criticality[] = ['optional', 'optional', 'optional', 'important', 'important'];

/** Five times more calls than one instance has room for; a process that takes them all serves each of them slower. */
export async function overload(seed: number, parts: Parts): Promise<History> {
  const world = new World(seed, {
    ...parts,
    slots: parts.slots === sound.slots ? ROOM : parts.slots,
    client: { ...ADMISSION_ALONE, ...parts.client },
    work: (ms, call, { clock, running }) => parts.work(ms * Math.max(1, running / ROOM), call, { clock, running }),
  });
  world.start('back');
  for (let tick = 0; tick < SECONDS * 40; tick++) {
    const offer: readonly Criticality[] = tick % 2 === 0 ? ['critical', ...OFFER] : OFFER;
    offer.forEach((criticality, i) => void offered(world, criticality, `${tick}-${i}`));
    await world.clock.advance(25);
  }
  await world.clock.advance(40_000);
  return world.history;
}

async function offered(world: World, criticality: Criticality, key: string): Promise<void> {
  const caller = world.callers[Math.floor(world.random.next() * world.callers.length)];
  if (caller === undefined) return;
  const outcome = await world.ask(caller, 'read', { key, ms: WORK_MS }, { criticality });
  world.note({ kind: outcome === 'ok' ? 'served' : 'shed', criticality, inTime: outcome === 'ok' });
}
