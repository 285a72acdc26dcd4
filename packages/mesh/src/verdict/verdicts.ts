import type { Clock, Timer } from '@seedcore/protocol';
import { suspectBy } from '@seedcore/resilience';
import type { Kv, KvValue, KvWatch } from '../kv/kv.ts';
import type { PresenceBook, PresenceChange } from '../presence/presence-book.ts';
import { BREAKERS_BUCKET } from './testimony.ts';

/** Testimonies are looked through this often while there are any, because nobody tells when one is too old; in ms. */
const LOOK_MS = 5_000;
/** Most targets, and most callers of one, that are listened to. */
const MAX_TARGETS = 4_096;
const MAX_CALLERS = 1_024;

/** What verdicts are made with. */
export type VerdictPorts = {
  readonly kv: Kv;
  readonly clock: Clock;
  readonly book: PresenceBook;
  /** A target has become suspect, or is so no more. */
  readonly onVerdict: (target: string, suspect: boolean) => void;
};

/**
 * Which targets a quorum of callers finds broken. Every process computes it for itself out of what all say: who has
 * traffic (presence) and whose breaker is not closed.
 */
export class Verdicts {
  readonly #ports: VerdictPorts;
  /** When each caller last said that its breaker of a target is not closed. */
  readonly #heard = new Map<string, Map<string, number>>();
  readonly #suspects = new Set<string>();
  #watch: KvWatch | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(ports: VerdictPorts) {
    this.#ports = ports;
    ports.book.onChange((change) => this.#traffic(change));
  }

  /** Begins to listen; safe to call often. */
  open(): void {
    if (this.#closed || this.#watch !== undefined) return;
    this.#ports.book.open();
    this.#watch = this.#ports.kv.bucket(BREAKERS_BUCKET).watch((change) => this.#testified(change));
  }

  /** True while a quorum finds the target broken. */
  suspect(target: string): boolean {
    return this.#suspects.has(target);
  }

  close(): void {
    this.#closed = true;
    this.#watch?.stop();
    this.#timer?.cancel();
  }

  #testified({ key, value }: KvValue): void {
    const [service, endpoint, caller, ...rest] = key.split('.');
    if (caller === undefined || rest.length > 0) return;
    const target = `${service}.${endpoint}`;
    const callers = this.#heard.get(target) ?? new Map<string, number>();
    if (value === undefined) callers.delete(caller);
    else if (callers.has(caller) || callers.size < MAX_CALLERS) callers.set(caller, this.#ports.clock.now());
    if (this.#heard.has(target) || this.#heard.size < MAX_TARGETS) this.#heard.set(target, callers);
    this.#judge(target, callers);
    this.#timer ??= this.#ports.clock.after(LOOK_MS, () => this.#look());
  }

  /** More or fewer callers with traffic change what half of them is. */
  #traffic({ body }: PresenceChange): void {
    for (const [target, callers] of this.#heard)
      if (body === undefined || Object.hasOwn(body.targets, target) || this.#suspects.has(target))
        this.#judge(target, callers);
  }

  #look(): void {
    const tooOld = this.#ports.clock.now() - BREAKERS_BUCKET.maxAgeMs;
    for (const [target, callers] of this.#heard) {
      for (const [caller, heardAt] of callers) if (heardAt <= tooOld) callers.delete(caller);
      this.#judge(target, callers);
    }
    const more = this.#heard.size > 0 && !this.#closed;
    this.#timer = more ? this.#ports.clock.after(LOOK_MS, () => this.#look()) : undefined;
  }

  #judge(target: string, callers: ReadonlyMap<string, number>): void {
    if (callers.size === 0) this.#heard.delete(target);
    const suspect = suspectBy(this.#withTraffic(target), callers.size);
    if (suspect === this.#suspects.has(target)) return;
    if (suspect) this.#suspects.add(target);
    else this.#suspects.delete(target);
    this.#ports.onVerdict(target, suspect);
  }

  #withTraffic(target: string): number {
    let callers = 0;
    for (const { targets } of this.#ports.book.present()) if (Object.hasOwn(targets, target)) callers += 1;
    return callers;
  }
}
