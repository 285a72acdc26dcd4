import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import type { StoreError } from '../store-error.ts';
import { failure, isEnding, isLeaderless } from './failure.ts';
import type { StoreMesh } from './store-mesh.ts';

/** Longest wait for one answer of the broker, in ms: a leader change takes longer, so callers try again. */
export const TRY_MS = 2000;

/** The mesh's connection as the parts of the broker adapter use it: gated, with a time limit on every wait. */
export class BrokerConnection {
  readonly mesh: StoreMesh;
  readonly report: (where: string, error: unknown) => void;
  #manager: Promise<JetStreamManager> | undefined;
  #closedGate: StoreError | undefined;

  constructor(mesh: StoreMesh, report: (where: string, error: unknown) => void) {
    this.mesh = mesh;
    this.report = report;
  }

  /** The connection. @throws MeshError `not_connected`: what is published while it is down, or ends, would vanish */
  up(target: string): NatsConnection {
    const nc = this.mesh.transport.state === 'up' ? this.mesh.nats() : undefined;
    if (nc === undefined || nc.isDraining()) throw new MeshError('not_connected', { target, sent: false });
    return nc;
  }

  /** Publishes what may be lost, and is when there is no connection any more to take it. */
  tell(subject: string, text: string): void {
    if (this.mesh.transport.state !== 'up') return;
    try {
      this.mesh.nats().publish(subject, text);
    } catch (error) {
      if (!isEnding(error)) throw error;
    }
  }

  /** Takes what the version gate said: with an error nothing more is written, until it is asked again and says nothing. */
  gate(closed: StoreError | undefined): void {
    this.#closedGate = closed;
  }

  /** The connection, for a write. @throws StoreError what the gate said; MeshError `not_connected` */
  writable(target: string): NatsConnection {
    if (this.#closedGate !== undefined) throw this.#closedGate;
    return this.up(target);
  }

  /** Runs one call of the JetStream API; its failures become `MeshError`s. */
  manage<T>(target: string, call: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    return this.#run(target, call, 'answer');
  }

  /** The same for a read that any copy of a stream may answer, also one that is cut off from the others. */
  read<T>(target: string, call: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    return this.#run(target, call, 'read');
  }

  /** One request, one reply; what `take` makes of it, or throws at it, is how it ended. */
  async request<T>({ subject, body, headers: pairs = [] }: Asked, take: (reply: Msg) => T): Promise<T> {
    const taken = await this.#try(subject, async (nc) =>
      take(await nc.request(subject, body, { timeout: TRY_MS, ...headersOf(pairs) })),
    );
    this.mesh.heardJetStream?.('answer');
    return taken;
  }

  async #run<T>(target: string, call: (manager: JetStreamManager) => Promise<T>, outcome: 'answer' | 'read') {
    const answer = await this.#try(target, async (nc) => {
      this.#manager ??= jetstreamManager(nc, { checkAPI: false, timeout: TRY_MS });
      return call(await this.#manager);
    });
    this.mesh.heardJetStream?.(outcome);
    return answer;
  }

  async #try<T>(target: string, ask: (connection: NatsConnection) => Promise<T>): Promise<T> {
    const nc = this.up(target);
    try {
      return await ask(nc);
    } catch (error) {
      throw this.#failed(target, error);
    }
  }

  #failed(target: string, error: unknown): unknown {
    const failed = failure(target, error);
    if (failed instanceof MeshError && failed.code === 'timeout') this.mesh.heardJetStream?.('timeout');
    else if (isLeaderless(failed)) this.mesh.heardJetStream?.('no_leader');
    return failed;
  }

  /** A subject nobody else listens to, beside the connection's own inbox, where this user may listen. */
  inbox(): string {
    const { inbox } = this.mesh.transport;
    const end = inbox.lastIndexOf('.');
    return createInbox(end > 0 ? inbox.slice(0, end) : inbox);
  }

  /** A callback that can never throw into the connection's read loop: that would end all reading on it. */
  guard<M>(where: string, handle: (message: M) => void): (error: Error | null, message: M) => void {
    return (error, message) => {
      try {
        if (error === null) handle(message);
        else this.report(where, error);
      } catch (thrown) {
        this.report(where, thrown);
      }
    };
  }
}

/** What is asked, where. */
type Asked = {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers?: readonly (readonly [string, string])[];
};

function headersOf(pairs: readonly (readonly [string, string])[]): { headers?: MsgHdrs } {
  if (pairs.length === 0) return {};
  const all = headers();
  for (const [name, value] of pairs) all.set(name, value);
  return { headers: all };
}
