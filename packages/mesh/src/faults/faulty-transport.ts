import type { Clock, Random } from '@seedcore/protocol';
import type { ClosableTransport, ReportDefect } from '../transport/closable.ts';
import { guarded } from '../transport/guarded.ts';
import { notConnected } from '../transport/outgoing.ts';
import type { PublishOptions, Subscription, TransportState, WireMessage } from '../transport/transport.ts';
import { type FaultPlan, noFaults, type RunningFaultKind } from './fault-plan.ts';
import { InstanceFaults } from './instance-faults.ts';
import { arrivals } from './subject-faults.ts';
import { subjectMatches } from './subject-match.ts';

/** What faults of a running process work with. */
export type FaultyTransportParts = {
  readonly transport: ClosableTransport;
  readonly ns: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
  /** Counts what befell a message, or the connection. */
  readonly befallen: (kind: RunningFaultKind) => void;
  /** Ends the process as `kill -9` does. */
  readonly kill: () => void;
};

/** Most messages that are on their way for longer than they need; further ones are lost. */
const MAX_DELAYED = 10_000;
const SELF = 'self';

type Deliver = (message: WireMessage) => void;

/**
 * A transport whose messages suffer what its plan says, for trying a running system. Only subjects of the namespace are
 * touched, so that whoever took away the connection's messages can still be told to give them back.
 */
export class FaultyTransport implements ClosableTransport {
  readonly #parts: FaultyTransportParts;
  readonly #prefix: string;
  readonly #listeners = new Set<(state: TransportState) => void>();
  #instance = new InstanceFaults();
  #plan = noFaults;
  #lost = false;
  #delayed = 0;

  constructor(parts: FaultyTransportParts) {
    this.#parts = parts;
    this.#prefix = `${parts.ns}.`;
    parts.transport.onState((state) => this.#heard(state));
  }

  /** From now on this happens, and nothing else. */
  suffer(plan: FaultPlan): void {
    this.#plan = plan;
    this.#instance = new InstanceFaults();
    if (plan.factor > 1) this.#instance.slow(SELF, plan.factor);
    if (plan.killed) this.#parts.kill();
    if (plan.lostMs > 0) this.#lose(plan.lostMs);
  }

  get inbox(): string {
    return this.#parts.transport.inbox;
  }

  get maxPayload(): number {
    return this.#parts.transport.maxPayload;
  }

  get state(): TransportState {
    const { state } = this.#parts.transport;
    return this.#lost && state === 'up' ? 'down' : state;
  }

  publish(subject: string, data: Uint8Array, options?: PublishOptions): void {
    if (this.#lost) throw notConnected(subject);
    const { transport, clock, befallen } = this.#parts;
    const { cutOff, factor } = this.#plan;
    const lateMs = factor > 1 ? this.#instance.lateness(SELF, subject, clock.now()) : 0;
    if (cutOff.some((pattern) => subjectMatches(pattern, subject))) befallen('partition');
    else if (lateMs <= 0) transport.publish(subject, data, options);
    else {
      befallen('slow');
      const copy = data.slice();
      this.#later(lateMs, () => transport.publish(subject, copy, options), subject);
    }
  }

  subscribe(subject: string, handler: (message: WireMessage) => void, options?: { queue?: string }): Subscription {
    const { transport, report } = this.#parts;
    const handle = guarded(handler, report);
    const interest = { ended: false };
    const deliver: Deliver = (message) => {
      if (!interest.ended) handle(message);
    };
    const subscription = transport.subscribe(subject, (message) => this.#arrive(message, deliver), options);
    const unsubscribe = () => {
      interest.ended = true;
      subscription.unsubscribe();
    };
    const drain = () => subscription.drain().finally(unsubscribe);
    return { unsubscribe, drain };
  }

  flush(): Promise<void> {
    return this.#lost ? Promise.reject(notConnected('flush')) : this.#parts.transport.flush();
  }

  onState(listener: (state: TransportState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#parts.transport.close();
  }

  #arrive(message: WireMessage, deliver: Deliver): void {
    if (this.#lost) return;
    const { subject } = message;
    if (!subject.startsWith(this.#prefix)) deliver(message);
    else if (this.#plan.unheard.some((pattern) => subjectMatches(pattern, subject))) this.#parts.befallen('partition');
    else this.#befall(message, deliver);
  }

  #befall(message: WireMessage, deliver: Deliver): void {
    const { clock, random, befallen } = this.#parts;
    const { arriving, factor } = this.#plan;
    if (factor > 1 && message.reply !== undefined) this.#instance.received(SELF, message.reply, clock.now());
    for (const { message: one, afterMs } of arrivals(message, arriving, random, befallen))
      if (afterMs > 0) this.#later(afterMs, () => deliver(one), one.subject);
      else deliver(one);
  }

  #later(ms: number, happen: () => void, where: string): void {
    if (this.#delayed >= MAX_DELAYED) return;
    this.#delayed += 1;
    this.#parts.clock.after(ms, () => {
      this.#delayed -= 1;
      try {
        happen();
      } catch (error) {
        this.#parts.report(where, error);
      }
    });
  }

  #lose(ms: number): void {
    if (this.#lost || this.state !== 'up') return;
    this.#parts.befallen('disconnect');
    this.#lost = true;
    this.#tell('down');
    this.#parts.clock.after(ms, () => {
      this.#lost = false;
      if (this.state === 'up') this.#tell('up');
    });
  }

  /** What happens to the connection itself while it is lost anyway is told when it is back. */
  #heard(state: TransportState): void {
    if (!this.#lost || state === 'closed') this.#tell(state);
  }

  #tell(state: TransportState): void {
    for (const listener of [...this.#listeners]) listener(state);
  }
}
