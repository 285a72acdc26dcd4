import { delay, MeshError, type Random } from '@seedcore/protocol';
import type { StoredWhole } from '@seedcore/store';
import type { MemoryBroker } from '@seedcore/store/testing';
import type { Attempt } from '../store-history.ts';
import { writeIdOf } from '../store-log.ts';

/** Longest wait for an answer, as over NATS, in ms. */
const TRY_MS = 2000;
/** Longest way of a message, in ms. */
const WAY_MS = 30;
/** A request that was stuck in a cut link arrives within this time after its caller gave up, in ms. */
const STUCK_MS = 3000;
/** Longer than whoever writes is patient, in ms. */
const OUTAGE_MS = 20_000;
/** Share of writes that something happens to, of those after which the link is out, and of reads that are old. */
const TROUBLE = 0.2;
const OUTAGE = 0.01;
const STALE = 0.05;

/** How often what befell the writes and reads of a run; a run in which something never did has shown little. */
export type Trouble = Record<
  'late' | 'slow' | 'refusedWritten' | 'lostAnswer' | 'lostRequest' | 'outage' | 'stale',
  number
>;

/** No trouble yet. */
export const noTrouble = (): Trouble => ({
  late: 0,
  slow: 0,
  refusedWritten: 0,
  lostAnswer: 0,
  lostRequest: 0,
  outage: 0,
  stale: 0,
});

type Ports = { readonly trouble: Trouble; readonly attempts?: Attempt[] };
type Answer = { readonly ok: boolean };
type Sending<A> = {
  readonly subject: string;
  readonly bodies: readonly Uint8Array[];
  readonly send: () => Promise<A>;
  readonly refusal: A;
};

/**
 * Makes a connection as bad as one to a cluster whose members are cut off: answers take time, are lost, or say "refused" of
 * what is written; requests are lost or arrive long after their caller gave up; leaders that are none show what was. `calm`
 * ends that.
 */
export function unruly(broker: MemoryBroker, random: Random, ports: Ports): { calm(): void } {
  const link = new UnrulyLink(broker, random, ports);
  const write = broker.write.bind(broker);
  const together = broker.writeTogether.bind(broker);
  const last = broker.last.bind(broker);
  const refusal = { ok: false, refused: 'wrong_sequence' } as const;
  broker.write = (...sent) => link.send({ subject: sent[0], bodies: [sent[1]], send: () => write(...sent), refusal });
  broker.writeTogether = (messages) => {
    const bodies = messages.map(({ body }) => body);
    return link.send({ subject: messages[0]?.subject ?? '', bodies, send: () => together(messages), refusal });
  };
  broker.last = (...asked) => link.read(asked[1], () => last(...asked));
  return link;
}

class UnrulyLink {
  readonly #broker: MemoryBroker;
  readonly #random: Random;
  readonly #ports: Ports;
  readonly #seen = new Map<string, StoredWhole | undefined>();
  #outUntil = 0;
  #calm = false;

  constructor(broker: MemoryBroker, random: Random, ports: Ports) {
    this.#broker = broker;
    this.#random = random;
    this.#ports = ports;
  }

  calm(): void {
    this.#calm = true;
    this.#outUntil = 0;
  }

  async send<A extends Answer>({ subject, bodies, send, refusal }: Sending<A>): Promise<A> {
    const { trouble } = this.#ports;
    const tell = (answer: Attempt['answer']) => this.#tell(bodies, answer);
    await this.#way();
    const fate = this.#fate();
    if (fate === 'late') {
      const stuckMs = TRY_MS + STUCK_MS * this.#random.next();
      // Its caller has gone, and by then the link may be down: nobody hears what becomes of it.
      this.#broker.clock.after(stuckMs, () => void send().catch(() => undefined));
    }
    if (fate === 'late' || fate === 'lostRequest') {
      tell('none');
      return this.#silence(subject);
    }
    const answer = await send();
    if (fate === 'lostAnswer' || fate === 'outage') {
      tell('none');
      return this.#silence(subject);
    }
    await (fate === 'slow' ? delay(this.#broker.clock, TRY_MS * this.#random.next()) : this.#way());
    const hidden = fate === 'refusedWritten' && answer.ok;
    if (hidden) trouble.refusedWritten += 1;
    tell(answer.ok && !hidden ? 'ok' : 'refused');
    return hidden ? refusal : answer;
  }

  async read(subject: string, read: () => Promise<StoredWhole | undefined>): Promise<StoredWhole | undefined> {
    await this.#way();
    if (this.#out) return this.#silence(subject);
    const old = this.#seen.get(subject);
    const now = await read();
    await this.#way();
    if (!this.#calm && old !== undefined && old.seq !== now?.seq && this.#random.next() < STALE) {
      this.#ports.trouble.stale += 1;
      return old;
    }
    this.#seen.set(subject, now);
    return now;
  }

  #fate(): keyof Trouble | undefined {
    const { trouble } = this.#ports;
    const draw = this.#random.next();
    if (this.#calm) return undefined;
    if (this.#out) return 'lostRequest';
    if (draw < OUTAGE) this.#outUntil = this.#broker.clock.now() + OUTAGE_MS;
    const fates = ['late', 'slow', 'lostRequest', 'lostAnswer', 'refusedWritten'] as const;
    const fate =
      draw < OUTAGE ? 'outage' : draw < TROUBLE ? fates[Math.floor(fates.length * this.#random.next())] : undefined;
    if (fate !== undefined && fate !== 'refusedWritten') trouble[fate] += 1;
    return fate;
  }

  get #out(): boolean {
    return this.#broker.clock.now() < this.#outUntil;
  }

  #way(): Promise<void> {
    return delay(this.#broker.clock, WAY_MS * this.#random.next());
  }

  async #silence(subject: string): Promise<never> {
    await delay(this.#broker.clock, TRY_MS);
    throw new MeshError('timeout', { target: subject });
  }

  #tell(bodies: readonly Uint8Array[], answer: Attempt['answer']): void {
    for (const body of bodies) {
      const writeId = writeIdOf(body);
      if (writeId !== undefined) this.#ports.attempts?.push({ process: '', writeId, answer });
    }
  }
}
