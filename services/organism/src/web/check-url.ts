import { bareHost, type HostRule } from './host-rule.ts';
import type { WebRefusal } from './web.ts';

/** Longest address. */
export const MAX_URL = 2048;
const PORTS: ReadonlySet<string> = new Set(['', '80', '443']);

/** An address that may be asked, as far as its text goes. */
export type CheckedUrl = { readonly ok: true; readonly url: URL; readonly host: string };

/** Looks at an address before anybody is asked what it stands for: its form, and whether its host is on the list. */
export function checkUrl(text: string, allow: HostRule): CheckedUrl | WebRefusal {
  const url = text.length <= MAX_URL ? URL.parse(text) : null;
  if (url === null) return forbidden('it is no address, or too long');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return forbidden(`${url.protocol} is neither http nor https`);
  if (url.username !== '' || url.password !== '' || /^\s*[a-z]+:[\\/]*[^\\/?#]*@/i.test(text))
    return forbidden('it carries a user');
  if (!PORTS.has(url.port)) return forbidden(`port ${url.port} is neither 80 nor 443`);
  const host = bareHost(url);
  if (host === '') return forbidden('it names no host');
  if (allow(host)) return { ok: true, url, host };
  return { ok: false, code: 'not_allowed', host, hint: `add ${host} to SKILL_HTTP_ALLOW of organism, by commas` };
}

const forbidden = (why: string): WebRefusal => ({ ok: false, code: 'forbidden_url', why });
