import { state } from '@seedcore/contracts';
import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { openMetrics, silentLog } from '@seedcore/runtime';
import { startService } from '@seedcore/runtime/testing';
import { MemoryJetStream, memoryStore } from '@seedcore/store/testing';
import { openState, type StateConfig } from '../open-state.ts';

/** When the virtual time of these beds begins. */
export const EPOCH_MS = Date.UTC(2026, 10, 22);

/** A broker, and replicas of state on it. */
export function bed() {
  const clock = new VirtualClock({ epochMs: EPOCH_MS });
  const bus = new MemoryBus({ clock, random: new SeededRandom(1) });
  const server = new MemoryJetStream(clock);
  const organismMesh = memoryMesh({ clock, random: new SeededRandom(2), ns: 'test', bus, service: 'organism' });
  const listener = memoryMesh({ clock, random: new SeededRandom(3), ns: 'test', bus });
  const told: string[] = [];
  for (const kind of [
    'agent_changed',
    'agent_deleted',
    'belief_changed',
    'fact_stored',
    'fact_conflict',
    'record_corrupt',
  ] as const)
    listener.subscribe(state, kind, () => void told.push(kind));
  for (const kind of ['backup_done', 'backup_failed', 'drill_ok', 'drill_failed'] as const)
    listener.subscribe(state, kind, () => void told.push(kind));
  for (const kind of ['restore_started', 'restore_done'] as const)
    listener.subscribe(state, kind, () => void told.push(kind));
  return { clock, bus, server, organismMesh, told };
}

/** A replica of state on a bed, with a typed client. */
export async function replica(
  { clock, bus, server }: ReturnType<typeof bed>,
  seed = 10,
  config: Partial<StateConfig> = {},
  { advance = true }: { readonly advance?: boolean } = {},
) {
  const random = new SeededRandom(seed);
  const store = memoryStore({ clock, random, server });
  const mesh = memoryMesh({ clock, random, ns: 'test', bus, service: 'state', instance: `state-${seed}` });
  const running = await openState({ mesh, log: silentLog, clock, metrics: openMetrics() }, () => store, {
    vectorDim: 2,
    ...config,
  });
  const client = startService(running.implementation, { clock });
  if (advance) await clock.advance(0);
  return Object.assign(client, { running, store });
}

/** A bed with one replica. */
export async function start() {
  const on = bed();
  return Object.assign(await replica(on), on);
}
