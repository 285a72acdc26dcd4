import type { Msg } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import type { Stored } from '../broker/broker.ts';
import { type BrokerConnection, TRY_MS } from './nats-connection.ts';

const END_OF_BATCH = 204;
const NOTHING_FOUND = 404;

/** Which messages: the newest of each of several subjects, or those of one subject from a sequence on. */
export type BatchQuery = { readonly batch: number } & (
  | { readonly multi_last: readonly string[] }
  | { readonly next_by_subj: string; readonly seq: number }
);

/**
 * Messages a stream has for one query, in one request. Done by hand, because the library's own batch read keeps its
 * subscription for ever.
 *
 * @source NATS ADR-31, "JetStream Direct Get", batched requests
 */
export function readBatch(connection: BrokerConnection, stream: string, query: BatchQuery): Promise<readonly Stored[]> {
  const nc = connection.up(stream);
  const inbox = connection.inbox();
  return new Promise((resolve, reject) => {
    const found: Stored[] = [];
    const end = (error?: MeshError) => {
      timer.cancel();
      subscription.unsubscribe();
      if (error === undefined) resolve(found);
      else reject(error);
    };
    const timer = connection.mesh.clock.after(TRY_MS, () => end(new MeshError('timeout', { target: stream })));
    const onMessage = (message: Msg) => {
      const code = message.headers?.code ?? 0;
      if (code === END_OF_BATCH || code === NOTHING_FOUND) end();
      else if (code !== 0) end(broken(stream, message));
      else found.push(storedOf(message));
    };
    const subscription = nc.subscribe(inbox, { callback: connection.guard(stream, onMessage) });
    nc.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify(query), { reply: inbox });
  });
}

function broken(stream: string, message: Msg): MeshError {
  const text = message.headers?.description || 'not provisioned yet';
  return new MeshError('unavailable', { target: stream, message: `${stream}: ${text}` });
}

function storedOf(message: Msg): Stored {
  const header = (name: string) => message.headers?.get(name) || undefined;
  return {
    subject: header('Nats-Subject') ?? '',
    seq: Number(header('Nats-Sequence') ?? 0),
    at: new Date(header('Nats-Time-Stamp') ?? 0),
    body: message.data,
    header,
  };
}
