import { createHash } from 'node:crypto';
import { canonicalJson } from '../json.ts';
import type { Service } from '../language/service.ts';
import { describeService } from './describe.ts';

const known = new WeakMap<Service, string>();

/** First 16 hex digits of the SHA-256 of the contract's JSON Schema with sorted keys. */
export function contractHash(contract: Service): string {
  const before = known.get(contract);
  if (before !== undefined) return before;
  const hash = sha256(canonicalJson(describeService(contract))).slice(0, 16);
  known.set(contract, hash);
  return hash;
}

/** SHA-256 of UTF-8 text as 64 hex digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
