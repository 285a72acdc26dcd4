import { createHmac } from 'node:crypto';
import type { WebRefusal, WebRequest } from './web.ts';

/** Secrets by the names skills know them by; no skill sees one. */
export type Secrets = ReadonlyMap<string, string>;

/** Names the time a request was signed at, and what proves who sent it. */
export const TIME_HEADER = 'x-seedcore-time';
export const SIGNATURE_HEADER = 'x-seedcore-signature';

/**
 * What a request is signed with: HMAC-SHA256 over the time in seconds, a dot, and the body.
 *
 * @source RFC 2104; the time is covered so that nobody sends an old request again
 */
export function signatureOf(
  { signedBy, body = '' }: Pick<WebRequest, 'signedBy' | 'body'>,
  secrets: Secrets,
  wallMs: number,
): { readonly ok: true; readonly headers: Readonly<Record<string, string>> } | WebRefusal {
  if (signedBy === undefined) return { ok: true, headers: {} };
  const secret = secrets.get(signedBy);
  if (secret === undefined) return { ok: false, code: 'unknown_secret', secret_ref: signedBy };
  const time = String(Math.floor(wallMs / 1000));
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { ok: true, headers: { [TIME_HEADER]: time, [SIGNATURE_HEADER]: `sha256=${signature}` } };
}
