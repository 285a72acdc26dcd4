import { StoreError } from '../store-error.ts';

const KEY = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;
const PREFIX = /^([A-Za-z0-9_-]{1,64}\.){0,7}[A-Za-z0-9_-]{0,64}$/;

/** @throws StoreError `invalid_key` unless `key` is 1 to 8 tokens joined by dots: a wildcard would reach other keys */
export function checkKey(bucket: string, key: string): void {
  if (!KEY.test(key)) throw invalid(bucket, key);
}

/** @throws StoreError `invalid_key` unless `prefix` could begin a key */
export function checkPrefix(bucket: string, prefix: string): void {
  if (!PREFIX.test(prefix)) throw invalid(bucket, prefix);
}

/** Narrowest subject filter, below the bucket, that covers every key beginning with `prefix`. */
export function filterOf(prefix: string): string {
  const whole = prefix.slice(0, prefix.lastIndexOf('.') + 1);
  return `${whole}>`;
}

const invalid = (bucket: string, key: string): StoreError =>
  new StoreError(
    'invalid_key',
    bucket,
    `${JSON.stringify(key.slice(0, 64))} is not tokens of A-Z a-z 0-9 _ - joined by dots`,
  );
