import type { Clock } from '@seedcore/protocol';
import type { Decision } from '@seedcore/resilience';
import { Steering } from '../client/steering.ts';
import { KvConfig } from '../config/mesh-config.ts';
import type { Kv } from '../kv/kv.ts';
import { Presence, type Present } from '../presence/presence.ts';
import type { PresenceFacts } from '../presence/presence-body.ts';
import { PresenceBook } from '../presence/presence-book.ts';
import type { Observers } from '../report/observer.ts';
import { Testimony } from '../verdict/testimony.ts';
import { Verdicts } from '../verdict/verdicts.ts';

/** What a notice board hangs on. */
export type NoticeBoardPorts = {
  readonly kv: Kv;
  readonly clock: Clock;
  readonly service: string | undefined;
  readonly instance: string;
  readonly observers: Observers;
  /** Calls this process ever made to each target. */
  readonly totals: () => ReadonlyMap<string, number>;
};

/** What all processes of a namespace tell each other by key: who is there, whose breakers are open, what operators say. */
export class NoticeBoard {
  readonly config: KvConfig;
  readonly book: PresenceBook;
  readonly steering: Steering;
  readonly #ports: NoticeBoardPorts;
  readonly #verdicts: Verdicts;
  #presence: Presence | undefined;
  #testimony: Testimony | undefined;

  constructor(ports: NoticeBoardPorts) {
    const { kv, clock, service, observers } = ports;
    this.#ports = ports;
    this.config = new KvConfig({ kv, service, onRejected: ({ key, reason }) => observers.configRejected(key, reason) });
    this.book = new PresenceBook({ kv, clock });
    const onVerdict = (target: string, suspect: boolean) => this.steering.judged(target, suspect);
    this.#verdicts = new Verdicts({ kv, clock, book: this.book, onVerdict });
    this.steering = new Steering(this.config, this.#verdicts);
  }

  /** Whether the broker confirms the presence of this process; undefined while it has none. */
  get acknowledged(): boolean | undefined {
    return this.#presence?.acknowledged;
  }

  /** Begins to tell that this process is there. @throws TypeError a second time, or when it is no service */
  present(facts: () => PresenceFacts): Present {
    const { kv, clock, service, instance, totals, observers } = this.#ports;
    if (service === undefined || this.#presence !== undefined)
      throw new TypeError('a process is present once, as an instance of its service');
    const report = (where: string, error: unknown) => observers.defect(where, error);
    const testimony = new Testimony({ kv, instance, report });
    const onBeat = () => testimony.renew();
    this.#testimony = testimony;
    this.#presence = new Presence({ kv, clock, service, instance, facts, totals, onBeat, report });
    return this.#presence;
  }

  /** Only who is present is believed: whoever is not renews nothing. */
  decided(target: string, { layer, decision }: Decision): void {
    if (layer === 'breaker' && decision !== 'refused') this.#testimony?.changed(target, decision);
  }

  /** What is missing or wrong here, in words for operators. */
  troubles(): readonly string[] {
    return [
      ...(this.#ports.kv.available
        ? []
        : ['the broker has no JetStream: presence, shared verdicts and settings are off']),
      ...(this.acknowledged === false ? ['the broker does not confirm the presence of this instance'] : []),
      ...this.config.rejected().map(({ key, reason }) => `setting ${key} is not used: ${reason}`),
    ];
  }

  /** Takes the presence back and looks at nothing more. */
  async close(): Promise<void> {
    await this.#presence?.end();
    this.config.close();
    this.#verdicts.close();
    this.book.close();
  }
}
