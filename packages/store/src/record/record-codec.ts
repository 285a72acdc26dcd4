import type { Stored } from '../broker/broker.ts';
import { isMarker } from '../broker/marker.ts';
import type { Rev } from '../bucket.ts';
import type { BucketSpec } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { corrupt, open, seal } from './envelope.ts';
import { type FlawKind, storedVersion } from './flaw.ts';

/** A key as it is now: its value, or the absence of one, and who wrote it last. */
export type Current<T> = {
  readonly value: T | undefined;
  readonly rev: Rev;
  readonly at: Date;
  readonly writes: readonly string[];
  /** Time to live the last write asked for, in ms. */
  readonly ttlMs: number | undefined;
  /** Version that wrote it. */
  readonly version: number;
};

/** Header that carries the write id where there is no body: on the marker of a removal. */
export const WRITE_ID = 'Sc-Write';

/** Hears of a stored value that is flawed, whether it can be read or not. */
type OnFlawed = (stored: Stored, kind: FlawKind, readable: boolean) => void;

/** Values of one bucket to bytes and back. */
export class RecordCodec<T extends object> {
  readonly #spec: BucketSpec<T>;
  readonly #onFlaw: OnFlawed;

  constructor(spec: BucketSpec<T>, onFlaw: OnFlawed = () => undefined) {
    this.#spec = spec;
    this.#onFlaw = onFlaw;
  }

  /** @throws StoreError `invalid_value` naming the field when the value does not fit the schema */
  encode(value: T, writes: readonly string[], target: string): Uint8Array {
    const checked = this.#spec.schema.safeParse(value);
    if (!checked.success)
      throw new StoreError('invalid_value', target, checked.error.issues.map(problem).slice(0, 3).join('; '));
    return seal(checked.data, { version: this.#spec.version, writes });
  }

  /** @throws StoreError `corrupt_record` */
  decode(stored: Stored, target: string): Current<T> {
    const { seq: rev, at } = stored;
    if (isMarker(stored)) {
      const id = stored.header(WRITE_ID);
      return { value: undefined, rev, at, writes: id === undefined ? [] : [id], ttlMs: undefined, version: 0 };
    }
    try {
      const { value, version, writes } = open(stored.body, target);
      const checked = this.#check(this.#upgrade(value, version), target);
      if (version > this.#spec.version) this.#onFlaw(stored, 'newer_schema', true);
      return { value: checked, rev, at, writes, ttlMs: ttlOf(stored), version };
    } catch (error) {
      const isNewer = storedVersion(stored.body) > this.#spec.version;
      this.#onFlaw(stored, isNewer ? 'newer_schema' : 'corrupt_record', false);
      throw error;
    }
  }

  /** @throws StoreError `schema_newer`: an older program must not write over fields it does not know */
  checkWritable(current: Current<T>, target: string): void {
    if (current.version <= this.#spec.version) return;
    throw new StoreError(
      'schema_newer',
      target,
      `version ${current.version}, this program writes ${this.#spec.version}`,
    );
  }

  #upgrade(value: unknown, from: number): unknown {
    let upgraded = value;
    for (let version = from; version < this.#spec.version; version++)
      upgraded = this.#spec.upgrade?.[version]?.(upgraded) ?? upgraded;
    return upgraded;
  }

  #check(value: unknown, target: string): T {
    const checked = this.#spec.schema.safeParse(value);
    if (checked.success) return checked.data;
    throw corrupt(target, checked.error.issues.map(problem).slice(0, 3).join('; '));
  }
}

/** Time to live a message was written with, in ms. */
export function ttlOf(stored: Stored): number | undefined {
  const seconds = /^(\d+)s?$/.exec(stored.header('Nats-TTL') ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

const problem = (issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string =>
  `${issue.path.map(String).join('.') || 'value'}: ${issue.message}`;
