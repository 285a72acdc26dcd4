import type { Msg } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import type { Stored } from '../broker/broker.ts';
import { type BrokerConnection, TRY_MS } from './nats-connection.ts';

const END_OF_BATCH = 204;
const NOTHING_FOUND = 404;

/**
 * Newest message of each subject in one request. Done by hand, because the library's own batch read keeps its
 * subscription for ever.
 */
export function lastOfEach(
  connection: BrokerConnection,
  stream: string,
  subjects: readonly string[],
): Promise<readonly Stored[]> {
  if (subjects.length === 0) return Promise.resolve([]);
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
    const query = JSON.stringify({ multi_last: subjects, batch: subjects.length });
    nc.publish(`$JS.API.DIRECT.GET.${stream}`, query, { reply: inbox });
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
