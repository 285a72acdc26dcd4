import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { type Msg, nanos, type Subscription } from '@nats-io/transport-node';
import { randomText, type Timer } from '@seedcore/protocol';
import type { Follower, Following } from '../broker/broker.ts';
import { type AckFacts, ackFacts } from './ack-facts.ts';
import type { BrokerConnection } from './nats-connection.ts';

/** The broker says it lives this often when there is nothing to say, in ms. */
const HEARTBEAT_MS = 5000;
/** Silence after which the consumer is taken for lost, in ms. */
const SILENCE_MS = 12_000;
/** Longest pause before another try, in ms. */
const MAX_PAUSE_MS = 5000;
/** Failures in a row that are worth a word; the first ones are start-up or a leader change. */
const TELL_AFTER = 5;
const HEARTBEAT = 100;

type Followed = { readonly stream: string; readonly filter: string; readonly follower: Follower };

/**
 * Follows the newest message of every subject. One ephemeral consumer at a time; a gap in its numbers, silence, or a
 * reconnect starts another from the beginning, because what was missed cannot be known otherwise.
 */
export class NatsFollowing implements Following {
  readonly #connection: BrokerConnection;
  readonly #followed: Followed;
  readonly #stopReconnect: () => void;
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #consumer = '';
  #delivered = 0;
  #caughtUp = false;
  #heardAt: number;
  #failures = 0;
  #runs = 0;
  #stopped = false;

  constructor(connection: BrokerConnection, followed: Followed) {
    this.#connection = connection;
    this.#followed = followed;
    this.#heardAt = connection.mesh.clock.now();
    this.#stopReconnect = connection.mesh.transport.onState((state) => state === 'up' && this.#again(0));
    void this.#start();
  }

  heardAt(): number {
    return this.#heardAt;
  }

  stop(): void {
    this.#stopped = true;
    this.#stopReconnect();
    this.#timer?.cancel();
    this.#leave();
  }

  async #start(): Promise<void> {
    if (this.#stopped) return;
    this.#leave();
    const run = ++this.#runs;
    if (run > 1) this.#followed.follower.onRestart();
    this.#delivered = 0;
    this.#caughtUp = false;
    try {
      const inbox = this.#connection.inbox();
      const where = `following ${this.#followed.filter}`;
      const onMessage = this.#connection.guard<Msg>(where, (message) => run === this.#runs && this.#take(message));
      this.#subscription = this.#connection.up(where).subscribe(inbox, { callback: onMessage });
      const empty = await this.#create(inbox);
      if (run !== this.#runs) return;
      this.#failures = 0;
      if (empty && this.#delivered === 0) this.#catchUp();
      this.#watchSilence();
    } catch (error) {
      if (run !== this.#runs) return;
      this.#failures += 1;
      if (this.#failures === TELL_AFTER) this.#connection.report(`following ${this.#followed.filter}`, error);
      this.#again(Math.min(MAX_PAUSE_MS, 100 * 2 ** Math.min(this.#failures, 10)));
    }
  }

  /** Makes the consumer; true when there was nothing to hand over. */
  async #create(inbox: string): Promise<boolean> {
    const { stream, filter, follower } = this.#followed;
    this.#consumer = `follow_${randomText(this.#connection.mesh.random, 'abcdefghijklmnopqrstuvwxyz0123456789', 16)}`;
    const info = await this.#connection.manage(`following ${filter}`, (manager) =>
      manager.consumers.add(stream, {
        name: this.#consumer,
        deliver_subject: inbox,
        filter_subject: filter,
        deliver_policy: DeliverPolicy.LastPerSubject,
        ack_policy: AckPolicy.None,
        max_deliver: 1,
        mem_storage: true,
        num_replicas: 1,
        idle_heartbeat: nanos(HEARTBEAT_MS),
        inactive_threshold: nanos(30_000),
        ...(follower.headersOnly ? { headers_only: true } : {}),
      }),
    );
    return info.num_pending === 0 && info.delivered.consumer_seq === 0;
  }

  #take(message: Msg): void {
    this.#heardAt = this.#connection.mesh.clock.now();
    const facts = ackFacts(message.reply ?? '');
    if (message.headers?.code === HEARTBEAT) this.#heartbeat(message);
    else if (facts?.delivered === this.#delivered + 1) this.#handOver(message, facts);
    else if (facts !== undefined) this.#again(0);
  }

  #handOver(message: Msg, facts: AckFacts): void {
    this.#delivered = facts.delivered;
    const header = (name: string) => message.headers?.get(name) || undefined;
    const { subject, data: body } = message;
    this.#followed.follower.onMessage({ subject, body, seq: facts.seq, at: facts.at, header });
    if (facts.pending === 0) this.#catchUp();
  }

  #heartbeat(message: Msg): void {
    const last = Number(message.headers?.get('Nats-Last-Consumer') ?? 0);
    if (last > this.#delivered) this.#again(0);
    else this.#catchUp();
  }

  #catchUp(): void {
    if (this.#caughtUp) return;
    this.#caughtUp = true;
    this.#followed.follower.onCaughtUp();
  }

  #watchSilence(): void {
    const { clock } = this.#connection.mesh;
    this.#timer?.cancel();
    this.#timer = clock.after(SILENCE_MS / 4, () => {
      if (clock.now() - this.#heardAt > SILENCE_MS) this.#again(0);
      else this.#watchSilence();
    });
  }

  #again(pauseMs: number): void {
    if (this.#stopped) return;
    const { clock, random } = this.#connection.mesh;
    this.#runs += 1;
    this.#timer?.cancel();
    this.#timer = clock.after(pauseMs * random.next(), () => void this.#start());
  }

  #leave(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    const consumer = this.#consumer;
    this.#consumer = '';
    if (consumer === '' || this.#connection.mesh.transport.state !== 'up') return;
    const gone = this.#connection.manage(consumer, (manager) =>
      manager.consumers.delete(this.#followed.stream, consumer),
    );
    gone.catch(() => undefined); // the broker removes it by itself after 30 s
  }
}
