import type { NatsConnection } from '@nats-io/transport-node';
import type { Checking, Clock, Random, Subjects } from '@seedcore/protocol';
import type { Kv } from './kv/kv.ts';
import type { BrokerFacts } from './mesh.ts';
import type { Payloads } from './payload/payloads.ts';
import type { Observers } from './report/observer.ts';
import type { ClosableTransport } from './transport/closable.ts';

/** What a mesh is built of. */
export type MeshParts = {
  readonly ns: string;
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly transport: ClosableTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observers?: Observers;
  readonly nats?: () => NatsConnection;
  readonly broker?: () => BrokerFacts | undefined;
  /** Whether clients check everything they send and get, or one in a hundred; the default is everything. */
  readonly checking?: Checking | undefined;
  /** Copies of what is kept for all: 1, or 3 in a cluster. */
  readonly replicas?: 1 | 3 | undefined;
  /** Leaves the server at the other end for another one; false when there is no other. */
  readonly leaveServer?: () => boolean;
  /** What is wrong on purpose, in words for operators. */
  readonly faults?: () => readonly string[];
  /** Key-value storage in place of the broker's own. */
  readonly kv?: (wire: { readonly subjects: Subjects }) => ClosableKv;
  /** In place of the broker's own object store. */
  readonly payloads?: Payloads;
};

/** Key-value storage seen by its owner. */
export type ClosableKv = Kv & { close(): void };
