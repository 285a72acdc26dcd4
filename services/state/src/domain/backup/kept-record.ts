import { isRecord } from '@seedcore/protocol';

/** A record as it was stored: its bytes, and what the bucket said of them. */
export type KeptRecord = {
  readonly key: string;
  readonly rev: number;
  readonly at: Date;
  /** Time to live its write asked for, in ms. */
  readonly ttlMs: number | undefined;
  readonly body: Uint8Array;
};

/** Milliseconds a record has left to live; undefined for those that stay, 0 for those that are over. */
export const leftToLiveMs = ({ at, ttlMs }: KeptRecord, wallMs: number): number | undefined =>
  ttlMs === undefined ? undefined : Math.max(0, at.getTime() + ttlMs - wallMs);

/** The owner's epoch a record names; 0 for those that name none. */
export function epochOf(record: KeptRecord): number {
  const epoch = fieldsOf(record)?.['epoch'];
  return typeof epoch === 'number' ? epoch : 0;
}

/** When a record says it was changed, in ms since 1970; undefined for those that do not say. */
export function updatedMs(record: KeptRecord): number | undefined {
  const at = fieldsOf(record)?.['updated_at'];
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
}

/** True when both hold the same bytes. */
export const sameBytes = (a: KeptRecord, b: KeptRecord): boolean => Buffer.compare(a.body, b.body) === 0;

function fieldsOf({ body }: KeptRecord): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // what is corrupt names neither epoch nor time
  }
}
