import { connect as dialNats, type NatsConnection } from '@nats-io/transport-node';
import { BusMesh } from '../bus-mesh.ts';
import { systemClock } from '../clock-system.ts';
import { faultyMesh } from '../faults/faulty-mesh.ts';
import type { BrokerFacts } from '../mesh.ts';
import { natsOptions } from '../nats/nats-options.ts';
import { NatsTransport } from '../nats/nats-transport.ts';
import { systemRandom } from '../random-system.ts';
import { Observers } from '../report/observer.ts';
import { ConnectionGate } from '../transport/connection-gate.ts';
import { brokerProblem } from './broker-check.ts';
import { type ConnectOptions, inboxOwner } from './connect-options.ts';
import { firstConnect } from './first-connect.ts';
import { leaveServer } from './leave-server.ts';

/** The namespace of those who name none. */
export const DEFAULT_NS = 'seedcore-dev';

/**
 * A mesh over a connection of its own. Processes use `connect`, which shares one.
 *
 * @throws MeshError `not_connected` when nobody answers or the broker is too old, `forbidden` when it says no
 */
export async function openMesh(options: ConnectOptions = {}): Promise<BusMesh> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const gate = new ConnectionGate();
  gate.handle('dial');
  const connection = await firstConnect(() => dialNats(natsOptions(options)), options, clock);
  const problem = brokerProblem(brokerFacts(connection));
  if (problem !== undefined) {
    await connection.close();
    throw problem;
  }
  const observers = new Observers(options.onDefect ?? warn);
  const report = (where: string, error: unknown) => observers.defect(where, error);
  const inboxPrefix = `_INBOX.${inboxOwner(options)}`;
  const ns = options.ns ?? DEFAULT_NS;
  const transport = new NatsTransport({ connection, gate, inboxPrefix, clock, random, report });
  const parts = {
    ns,
    service: options.service,
    instance: options.instance,
    transport,
    clock,
    random,
    observers,
    nats: () => connection,
    broker: rememberedFacts(connection),
    checking: options.checking,
    replicas: options.replicas,
    leaveServer: () => leaveServer(connection, clock),
  };
  return options.faults === undefined ? new BusMesh(parts) : faultyMesh(parts, options.faults);
}

function brokerFacts({ info }: NatsConnection): BrokerFacts {
  return {
    name: info?.server_name ?? '',
    version: info?.version ?? '0.0.0',
    apiLevel: info?.jetstream === true ? (info.api_lvl ?? 0) : undefined,
  };
}

/**
 * The broker at the other end, or while there is none the last one: the library forgets it with each try to come back, and
 * then a broker that is away would look like one without JetStream.
 */
function rememberedFacts(connection: NatsConnection): () => BrokerFacts {
  let last = brokerFacts(connection);
  return () => {
    if (connection.info !== undefined) last = brokerFacts(connection);
    return last;
  };
}

/** Nobody observes: better a warning on the terminal than silence. */
function warn(where: string, error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), { detail: `in the mesh, at ${where}` });
}
