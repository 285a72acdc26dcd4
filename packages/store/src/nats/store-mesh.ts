import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Random } from '@seedcore/protocol';

/** What the store needs of a mesh: its connection, namespace, time and chance. */
export type StoreMesh = {
  readonly ns: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: {
    readonly state: 'up' | 'down' | 'closed';
    onState(listener: (state: 'up' | 'down' | 'closed') => void): () => void;
    publish(subject: string, data: Uint8Array): void;
    subscribe(
      subject: string,
      handler: (message: { readonly subject: string; readonly data: Uint8Array }) => void,
    ): { unsubscribe(): void };
    flush(): Promise<void>;
    /** Prefix of this process's own inboxes. */
    readonly inbox: string;
  };
  nats(): NatsConnection;
  /** Takes how a question to JetStream ended: a server that is cut off from the others is then left. */
  heardJetStream?(outcome: 'answer' | 'read' | 'timeout' | 'no_leader'): void;
};
