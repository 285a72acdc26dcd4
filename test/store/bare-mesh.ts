import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Clock, MeshError, type Random } from '@seedcore/protocol';
import type { StoreMesh } from '@seedcore/store';

/** The machine's own time. */
export const clock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The machine's own chance. */
export const random: Random = { next: () => Math.random() };

/** A connection with just what the store needs of a mesh, and nothing in between. */
export interface BareMesh extends StoreMesh {
  readonly connection: NatsConnection;
  close(): Promise<void>;
}

/** Connects to a broker. */
export async function bareMesh(url: string, ns = 'test'): Promise<BareMesh> {
  const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const listeners = new Set<(state: 'up' | 'down' | 'closed') => void>();
  let state: 'up' | 'down' | 'closed' = 'up';
  const move = (to: typeof state) => {
    state = to;
    for (const listener of listeners) listener(to);
  };
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') move('down');
      if (status.type === 'reconnect') move('up');
    }
  })();
  return {
    ns,
    clock,
    random,
    connection,
    transport: {
      get state() {
        return state;
      },
      onState(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      publish(subject, data) {
        if (state !== 'up') throw new MeshError('not_connected', { target: subject, sent: false });
        connection.publish(subject, data);
      },
      subscribe: (subject, handler) =>
        connection.subscribe(subject, {
          callback: (error, message) => {
            if (error === null) handler(message);
          },
        }),
      flush: () => connection.flush(),
      inbox: '_INBOX.test',
    },
    nats: () => connection,
    async close() {
      move('closed');
      await connection.close();
    },
  };
}
