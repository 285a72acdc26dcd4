import type { Clock } from '@seedcore/protocol';
import type { Kv, KvValue, KvWatch } from '../kv/kv.ts';
import { PRESENCE_BUCKET, type PresenceBody, readPresence } from './presence-body.ts';

/** Most instances that are remembered. */
const MAX_ENTRIES = 4_096;

/** Somebody said how it stands, or, without a body, took its presence back. */
export type PresenceChange = {
  readonly service: string;
  readonly instance: string;
  readonly body: PresenceBody | undefined;
};

type Entry = { readonly body: PresenceBody; readonly heardAt: number };

/** What a book is kept with. */
export type PresenceBookPorts = { readonly kv: Kv; readonly clock: Clock };

/** Everybody who says that it is there, of every service of the namespace; looked at from the first question on. */
export class PresenceBook {
  readonly #ports: PresenceBookPorts;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(change: PresenceChange) => void>();
  #watch: KvWatch | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(ports: PresenceBookPorts) {
    this.#ports = ports;
  }

  /** When anybody was heard last, monotonic ms; −∞ before. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Begins to look; safe to call often. */
  open(): void {
    if (this.#closed || this.#watch !== undefined) return;
    this.#watch = this.#ports.kv.bucket(PRESENCE_BUCKET).watch((change) => this.#changed(change));
  }

  /** Everybody who was heard within one time to live. */
  *present(): Generator<PresenceBody> {
    const since = this.#ports.clock.now() - PRESENCE_BUCKET.maxAgeMs;
    for (const { body, heardAt } of this.#entries.values()) if (heardAt > since) yield body;
  }

  /** Tells every change until the book is closed. */
  onChange(listener: (change: PresenceChange) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#closed = true;
    this.#watch?.stop();
    this.#listeners.clear();
  }

  #changed({ key, value }: KvValue): void {
    const [service, instance, ...rest] = key.split('.');
    if (service === undefined || instance === undefined || rest.length > 0) return;
    const body = value === undefined ? undefined : readPresence(value);
    // A body that cannot be read, or speaks for somebody else, is no sign of anybody.
    if (value !== undefined && (body?.service !== service || body.instance !== instance)) return;
    if (body === undefined) this.#entries.delete(key);
    else this.#keep(key, body);
    for (const listener of this.#listeners) listener({ service, instance, body });
  }

  #keep(key: string, body: PresenceBody): void {
    const now = this.#ports.clock.now();
    this.#heardAt = now;
    if (!this.#entries.has(key) && this.#entries.size >= MAX_ENTRIES) this.#forgetSilent(now);
    if (this.#entries.has(key) || this.#entries.size < MAX_ENTRIES) this.#entries.set(key, { body, heardAt: now });
  }

  #forgetSilent(now: number): void {
    for (const [key, { heardAt }] of this.#entries)
      if (now - heardAt >= PRESENCE_BUCKET.maxAgeMs) this.#entries.delete(key);
  }
}
