import { nearest, printable, type Validated } from '@seedcore/protocol';
import { FAULTS_OFF } from '../faults/faults-knob.ts';
import type { Kv, KvSpec, KvValue, KvWatch } from '../kv/kv.ts';
import { callerKnobs } from './caller-knobs.ts';
import { configValue } from './config-value.ts';
import { EVERYBODY, type Knob, partsOf } from './knob.ts';
import { problemText, readerOf } from './knob-spec.ts';
import { knobs } from './knobs.ts';
import { WatchedKnob } from './watched-knob.ts';

/** Where operators write what is to hold for running processes. */
export const CONFIG_BUCKET: KvSpec = {
  name: 'config',
  doc: 'Settings changed while everything runs: <service>[.<endpoint>].<knob> or mesh.<knob>, JSON or a bare word.',
  storage: 'file',
  history: 10,
  maxAgeMs: 0,
};

/** A key whose value is not used, and why. */
export type ConfigRejection = { readonly key: string; readonly reason: string };

/** Settings changed while everything runs. */
export interface MeshConfig {
  /**
   * Tells the value of a knob whenever it changes, undefined when there is none any more, until the returned function is
   * called. The most specific key wins: `<service>.<endpoint>.<knob>`, `<service>.<knob>`, `mesh.<knob>`. A value that
   * cannot be used keeps the last good one of its key and is reported. `on` must not throw.
   */
  watch<T>(knob: Knob<T>, on: (value: T | undefined) => void): () => void;
  /**
   * Says that every knob this process's own service knows is watched by now: from here on, keys of the service and of
   * `mesh` that nobody reads, or that name an endpoint it has not, are reported.
   */
  complete(endpoints: readonly string[]): void;
  /** Keys that are not used at present. */
  rejected(): readonly ConfigRejection[];
}

/** What the settings of a mesh work with. */
export type KvConfigPorts = {
  readonly kv: Kv;
  /** The service this process is. */
  readonly service: string | undefined;
  readonly onRejected: (rejection: ConfigRejection) => void;
};

/** Most keys that are remembered. */
const MAX_KEYS = 4_096;
/** Stands for the keys beyond that. */
const OTHERS = '*';
/** Longest reason that is told: it may list every knob there is. */
const MAX_REASON = 300;

type Entry = { readonly revision: number; readonly written: Validated<unknown> };

/** Settings out of the bucket `<ns>_config`, which is first looked at when somebody asks. */
export class KvConfig implements MeshConfig {
  readonly #ports: KvConfigPorts;
  readonly #knobs = new Set<WatchedKnob<unknown>>();
  readonly #names = new Set<string>(Object.keys(callerKnobs));
  readonly #entries = new Map<string, Entry>();
  readonly #rejected = new Map<string, ConfigRejection>();
  #endpoints: readonly string[] | undefined;
  #watch: KvWatch | undefined;
  #closed = false;

  constructor(ports: KvConfigPorts) {
    this.#ports = ports;
  }

  watch<T>(knob: Knob<T>, on: (value: T | undefined) => void): () => void {
    const watched = new WatchedKnob<unknown>(knob, (value) => on(value as T | undefined));
    this.#names.add(knob.name);
    this.#knobs.add(watched);
    for (const key of watched.keys) this.#hand(key, watched);
    this.#begin();
    return () => this.#knobs.delete(watched);
  }

  complete(endpoints: readonly string[]): void {
    this.#endpoints = endpoints;
    for (const key of this.#entries.keys()) this.#judge(key);
    this.#begin();
  }

  rejected(): readonly ConfigRejection[] {
    return [...this.#rejected.values()];
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
    this.#watch?.stop();
    this.#knobs.clear();
  }

  #begin(): void {
    if (!this.#closed) this.#watch ??= this.#ports.kv.bucket(CONFIG_BUCKET).watch((change) => this.#changed(change));
  }

  #changed({ key, revision, value }: KvValue): void {
    const known = this.#entries.get(key);
    if (known !== undefined && known.revision === revision) return;
    if (known === undefined && this.#entries.size >= MAX_KEYS) {
      this.#reject(OTHERS, `there are more than ${MAX_KEYS} keys`);
      return;
    }
    this.#entries.set(key, { revision, written: value === undefined ? NOTHING : configValue(value) });
    this.#rejected.delete(key);
    for (const knob of this.#knobs) if (knob.keys.includes(key)) this.#hand(key, knob);
    this.#judge(key);
  }

  #hand(key: string, knob: WatchedKnob<unknown>): void {
    const entry = this.#entries.get(key);
    const reason = entry === undefined ? undefined : knob.take(key, entry.written);
    if (reason !== undefined) this.#reject(key, reason);
  }

  /** A misspelt key would be no error anywhere, and do nothing. */
  #judge(key: string): void {
    const written = this.#entries.get(key)?.written;
    if (written?.ok && written.value === undefined) return;
    const reason = this.#endpoints === undefined ? undefined : this.#unread(key, this.#endpoints);
    const wrong = reason ?? (written === undefined ? undefined : this.#misread(key, written));
    if (wrong !== undefined) this.#reject(key, wrong);
  }

  /** Why nobody reads a key that this process would have to know. */
  #unread(key: string, endpoints: readonly string[]): string | undefined {
    const parts = partsOf(key);
    if (parts === undefined) return 'is not <service>[.<endpoint>].<knob> or mesh.<knob>';
    const { service, endpoint, name } = parts;
    if (!this.#concerns(service)) return undefined;
    if (endpoint !== undefined && !endpoints.includes(endpoint)) return `${service} has no endpoint ${endpoint}`;
    if (!this.#names.has(name)) return name === 'faults' ? FAULTS_OFF : this.#unknown(name);
    const whole = endpoint !== undefined && knobs.get(name)?.of === 'service';
    return whole ? `${name} is set for a whole service, as ${service}.${name}` : undefined;
  }

  #unknown(name: string): string {
    const meant = nearest(name, [...this.#names]);
    const hint = meant === undefined ? `there are ${[...this.#names].sort().join(', ')}` : `did you mean ${meant}?`;
    return `nobody knows the knob ${name}; ${hint}`;
  }

  /** What callers would not use is wrong also while there are none: the service that is named says so. */
  #misread(key: string, written: Validated<unknown>): string | undefined {
    const { service = '', name = '' } = partsOf(key) ?? {};
    const spec = knobs.get(name);
    if (this.#endpoints === undefined || spec?.readBy !== 'callers' || !this.#concerns(service)) return undefined;
    const read = written.ok ? readerOf(spec)(written.value) : written;
    return read.ok ? undefined : problemText(read.problems);
  }

  #concerns(service: string): boolean {
    return service === EVERYBODY || service === this.#ports.service;
  }

  #reject(key: string, reason: string): void {
    if (this.#rejected.has(key)) return;
    const rejection = { key, reason: printable(reason, MAX_REASON) };
    this.#rejected.set(key, rejection);
    this.#ports.onRejected(rejection);
  }
}

const NOTHING: Validated<unknown> = { ok: true, value: undefined };
