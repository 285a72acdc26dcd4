import { coordinator } from '@seedcore/contracts';
import { serviceClients } from '@seedcore/contracts/registry';
import type { Mesh, MicroIdentity } from '@seedcore/mesh';
import { contractHash, isRecord, MeshError } from '@seedcore/protocol';
import { deadLettersStream, openStore } from '@seedcore/store';
import { pauseText } from '../commands/queue.ts';
import { runningMesh } from '../connection.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import type { InstanceFacts, MeshFacts } from './diagnose.ts';

/** A process started again this often is worth a look. */
const manyRestarts = 3;

/** Asks everybody how they are; what does not answer is absent from the facts. */
export async function gatherFacts(mesh: Mesh, options: GlobalOptions, { env }: Surroundings): Promise<MeshFacts> {
  const there = (await mesh.ping()).filter(({ metadata }) => (metadata['ns'] ?? mesh.ns) === mesh.ns);
  const [instances, system, deadLetters, deadEvents] = await Promise.all([
    Promise.all(there.map((one) => instanceFacts(mesh, one))),
    systemFacts(mesh),
    deadLettersThere(mesh),
    deadEventsThere(mesh),
  ]);
  return {
    expected: new Map(Object.values(serviceClients).map((contract) => [contract.name, contractHash(contract)])),
    instances,
    broker: { version: mesh.broker?.version ?? 'unknown', jetStream: mesh.broker?.apiLevel !== undefined },
    unwell: unwellProcesses(options, env),
    ...(system ? { system } : {}),
    ...(deadLetters === undefined ? {} : { deadLetters }),
    ...(deadEvents === undefined ? {} : { deadEvents }),
  };
}

async function instanceFacts(mesh: Mesh, { name, id, metadata }: MicroIdentity): Promise<InstanceFacts> {
  const base = { service: name, instance: id, contract: metadata['sc.contract'] };
  const health = await unlessSilent(mesh.builtin(name, 'health', { instance: id }));
  return health === undefined ? base : { ...base, health: readHealth(health) };
}

/** What was asked; undefined where nobody answers, which is a finding of its own. A defect of ours is none. */
async function unlessSilent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
}

function readHealth(health: Readonly<Record<string, unknown>>): NonNullable<InstanceFacts['health']> {
  const { ready, state, missing, degraded_by, loop_delay_ms } = health;
  return {
    ready: ready === true,
    state: String(state ?? 'unknown'),
    missing: Array.isArray(missing) ? missing.map((one) => (isRecord(one) ? String(one['name']) : String(one))) : [],
    degradedBy: Array.isArray(degraded_by) ? degraded_by.map(String) : [],
    loopDelayMs: typeof loop_delay_ms === 'number' ? loop_delay_ms : 0,
  };
}

async function systemFacts(mesh: Mesh): Promise<MeshFacts['system']> {
  const reply = await unlessSilent(mesh.client(coordinator).get_system_status({}));
  if (reply?.ok !== true) return undefined;
  const { mode, queues, missing } = reply.value;
  const waiting = queues.map(({ paused, ...queue }) => ({
    ...queue,
    ...(paused ? { paused: pauseText(paused) } : {}),
  }));
  return { mode: mode ?? undefined, waiting, missing };
}

async function deadLettersThere(mesh: Mesh): Promise<number | undefined> {
  const reply = await unlessSilent(mesh.client(coordinator).list_dead_letters({ limit: 1 }));
  return reply?.ok === true ? reply.value.total : undefined;
}

/** Unknown also while nobody has made the stream yet, or the broker keeps nothing. */
async function deadEventsThere(mesh: Mesh): Promise<MeshFacts['deadEvents']> {
  const stream = mesh.subjects.stream(deadLettersStream.name);
  const subjects = await unlessSilent(openStore(mesh).broker.subjects(stream, mesh.subjects.deadEvents()));
  return subjects && { stream, subjects };
}

function unwellProcesses(options: GlobalOptions, env: Surroundings['env']): MeshFacts['unwell'] {
  const processes = runningMesh(options, env)?.processes ?? [];
  return processes.filter(({ state, restarts }) => state !== 'ready' || restarts >= manyRestarts);
}
