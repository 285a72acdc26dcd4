import { isIP } from 'node:net';
import type { Clock } from '@seedcore/protocol';
import { addressProblem } from './address.ts';
import { type CheckedUrl, checkUrl } from './check-url.ts';
import type { Connect, Destination, Incoming, Outgoing, Resolve } from './connector.ts';
import type { HostRule } from './host-rule.ts';
import { ENCODINGS, readBody } from './read-body.ts';
import { type Secrets, signatureOf } from './sign.ts';
import type { Web, WebAnswer, WebRefusal, WebRequest } from './web.ts';

/** Most addresses of a name that are tried, one after the other. */
const MAX_ADDRESSES = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What the guard stands on. */
export type GuardPorts = {
  readonly allow: HostRule;
  readonly secrets: Secrets;
  readonly resolve: Resolve;
  readonly connect: Connect;
  readonly clock: Clock;
};

type Hop = { readonly target: CheckedUrl; readonly addresses: readonly string[] };

/**
 * The web behind a guard.
 *
 * 1. Nothing is connected to unless its host is on the list and every address it resolves to is global unicast.
 * 2. The socket goes to an address that was checked: the name is not resolved a second time.
 * 3. A redirect is a request of its own: it is checked in the same way, and headers of one origin do not go to another.
 */
export function guardedWeb(ports: GuardPorts): Web {
  return {
    async fetch(request, signal) {
      const late = new AbortController();
      const timer = ports.clock.after(request.timeoutMs, () => late.abort());
      const either = AbortSignal.any([signal, late.signal]);
      let host = '';
      try {
        return await follow(request, ports, {
          signal: either,
          at: (now) => {
            host = now;
          },
        });
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        if (!(cause instanceof Error)) throw cause;
        const why = late.signal.aborted ? `no answer within ${request.timeoutMs} ms` : whyOf(cause);
        return { ok: false, code: 'unreachable', host, why };
      } finally {
        timer.cancel();
      }
    },
  };
}

type Way = { readonly signal: AbortSignal; readonly at: (host: string) => void };

async function follow(request: WebRequest, ports: GuardPorts, way: Way): Promise<WebAnswer | WebRefusal> {
  const signed = signatureOf(request, ports.secrets, ports.clock.wallMs());
  if (!signed.ok) return signed;
  let headers: Readonly<Record<string, string>> = { ...request.headers, ...signed.headers };
  let text = request.url;
  for (let redirects = 0; ; redirects++) {
    const hop = await checked(text, ports, way);
    if (!('addresses' in hop)) return hop;
    const answer = await ask(hop, { ...request, headers }, { connect: ports.connect, signal: way.signal });
    const next = redirectOf(answer, hop.target.url);
    if (next === undefined || request.maxRedirects === 0) return read(answer, { request, hop, redirects }, way.signal);
    answer.body.destroy();
    if (redirects >= request.maxRedirects) return { ok: false, code: 'too_many_redirects', max: request.maxRedirects };
    if (URL.parse(next)?.origin !== hop.target.url.origin) headers = {};
    text = next;
  }
}

/** A hop that may be made; its name is resolved here, once. */
async function checked(text: string, { allow, resolve }: GuardPorts, { signal, at }: Way): Promise<Hop | WebRefusal> {
  const target = checkUrl(text, allow);
  if (!target.ok) return target;
  const { host } = target;
  at(host);
  const addresses = isIP(host) > 0 ? [host] : await unlessAborted(resolve(host), signal);
  if (addresses.length === 0) throw new Error('its name has no address');
  for (const address of addresses) {
    const why = addressProblem(address);
    if (why !== undefined) return { ok: false, code: 'forbidden_address', host, why: `${address} is ${why}` };
  }
  return { target, addresses };
}

/** Tries the addresses in turn: the next one only when nobody answered at the one before. */
async function ask(hop: Hop, request: Outgoing, how: { connect: Connect; signal: AbortSignal }): Promise<Incoming> {
  const { url, host } = hop.target;
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const { method, body } = request;
  const headers = { 'accept-encoding': ENCODINGS, 'user-agent': 'seedcore', ...request.headers };
  let failure: unknown;
  for (const address of hop.addresses.slice(0, MAX_ADDRESSES)) {
    how.signal.throwIfAborted();
    const to: Destination = { address, port, host, authority: url.host, path: url.pathname + url.search, tls };
    try {
      return await how.connect(to, { method, headers, body }, how.signal);
    } catch (cause) {
      failure = cause;
    }
  }
  throw failure;
}

/** Where an answer sends whoever asked. */
function redirectOf({ status, headers }: Incoming, from: URL): string | undefined {
  const location = headers['location'];
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  return URL.parse(location, from.href)?.href ?? location;
}

type Read = { readonly request: WebRequest; readonly hop: Hop; readonly redirects: number };

async function read(answer: Incoming, { request, hop, redirects }: Read, signal: AbortSignal) {
  const { maxBytes } = request;
  const empty = request.method === 'HEAD';
  if (empty) answer.body.destroy();
  const body = empty ? new Uint8Array() : await readBody(answer, maxBytes, signal);
  if (body === undefined) return { ok: false, code: 'too_large', max_bytes: maxBytes } as const;
  const { status, headers } = answer;
  return { ok: true, status, headers, body, redirects, finalUrl: hop.target.url.href } as const;
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new Error('it took too long'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

function whyOf(cause: Error): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`.slice(0, 200);
}
