import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { type HostileUrl, hostileUrls, INNOCENT } from '../testing/hostile-urls.ts';
import type { Destination, Incoming, Outgoing } from './connector.ts';
import { type GuardPorts, guardedWeb } from './guarded-web.ts';
import { hostRule } from './host-rule.ts';
import type { WebRequest } from './web.ts';

type Page = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
};
type Asked = Destination & Outgoing;

const request = (more: Partial<WebRequest> = {}): WebRequest => ({
  ...{ url: 'http://example.org/', method: 'GET', headers: {}, maxBytes: 1000, timeoutMs: 1000, maxRedirects: 5 },
  ...more,
});
const nobody = new AbortController().signal;
const answer = ({ status = 200, headers = {}, body = 'hello' }: Page): Incoming => ({
  ...{ status, headers },
  body: Readable.from([typeof body === 'string' ? Buffer.from(body) : body]),
});

/** A web whose pages are given, and everything it is asked. */
function webOf(page: (asked: Asked) => Page | Promise<Page>, ports: Partial<GuardPorts> = {}) {
  const asked: Asked[] = [];
  const clock = new VirtualClock();
  const web = guardedWeb({
    allow: () => true,
    secrets: new Map([['hook', 'a secret that nobody knows']]),
    resolve: async () => [INNOCENT],
    connect: async (to, outgoing) => {
      asked.push({ ...to, ...outgoing });
      return answer(await page({ ...to, ...outgoing }));
    },
    clock,
    ...ports,
  });
  return { web, asked, clock };
}

/** Plays one hostile address to a guard whose list lets everybody through. */
async function play({ resolves = [INNOCENT], sends = [] }: HostileUrl, url: string) {
  let looks = 0;
  const resolve = async () => {
    const list = resolves[Math.min(looks++, resolves.length - 1)];
    return typeof list === 'string' ? (resolves as readonly string[]) : (list ?? []);
  };
  let page = 0;
  const { web, asked } = webOf(() => ({ status: 302, headers: { location: sends[page++] ?? '/' } }), { resolve });
  const reply = await web.fetch(request({ url }), nobody);
  return { reply, asked, hops: sends.length };
}

describe('organism.A19: hostile addresses, their hosts all on the list', () => {
  test('are at least 60', () => expect(hostileUrls.length).toBeGreaterThanOrEqual(60));

  test.each(hostileUrls.map((one) => [one.url.slice(0, 60), one] as const))('%s: 0 connections', async (_, one) => {
    const { reply, asked } = await play(one, one.url);
    expect(reply).toMatchObject({ ok: false });
    expect(reply.ok ? '' : reply.code).toMatch(/^forbidden_|^too_many_redirects$/);
    // Whatever was connected to on the way was an innocent page.
    expect(asked.map(({ address }) => address)).toEqual(asked.map(() => INNOCENT));
    if (one.sends === undefined) expect(asked).toEqual([]);
  });

  test('not on the list are refused before anybody is asked what they stand for', async () => {
    const resolve = () => expect.unreachable();
    const { web } = webOf(() => expect.unreachable(), { resolve, allow: hostRule(['example.org', '*.example.com']) });
    for (const url of [
      'http://example.com/',
      'http://badexample.com/',
      'http://example.org.evil.net/',
      'http://1.1.1.1/',
    ])
      expect(await web.fetch(request({ url }), nobody)).toMatchObject({ code: 'not_allowed' });
    expect(await web.fetch(request({ url: 'http://evil.net/' }), nobody)).toMatchObject({
      host: 'evil.net',
      hint: 'add evil.net to SKILL_HTTP_ALLOW of organism, by commas',
    });
  });

  test('a redirect to a host that is not on the list is refused as well', async () => {
    const moved = { status: 301, headers: { location: 'http://evil.net/' } };
    const { web, asked } = webOf(() => moved, { allow: hostRule(['example.org']) });
    expect(await web.fetch(request(), nobody)).toMatchObject({ code: 'not_allowed', host: 'evil.net' });
    expect(asked).toHaveLength(1);
  });
});

describe('an address that is let through', () => {
  test('is connected to as it was checked, under its name', async () => {
    let looks = 0;
    const resolve = async () => (looks++ === 0 ? [INNOCENT] : ['127.0.0.1']);
    const { web, asked } = webOf(() => ({}), { resolve, allow: hostRule(['*.example.org']) });
    const reply = await web.fetch(request({ url: 'https://WWW.example.org:443/a?b=1#c' }), nobody);
    expect(reply).toMatchObject({ ok: true, status: 200, finalUrl: 'https://www.example.org/a?b=1#c', redirects: 0 });
    expect(asked).toMatchObject([
      {
        address: INNOCENT,
        port: 443,
        tls: true,
        host: 'www.example.org',
        authority: 'www.example.org',
        path: '/a?b=1',
      },
    ]);
    expect(looks).toBe(1);
  });

  test('has others behind it when nobody answers there', async () => {
    const connect: GuardPorts['connect'] = async ({ address }) => {
      if (address === '1.1.1.1') throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
      return answer({ body: address });
    };
    const { web } = webOf(() => ({}), { connect, resolve: async () => ['1.1.1.1', '1.0.0.1'] });
    const reply = await web.fetch(request(), nobody);
    expect(reply.ok && Buffer.from(reply.body).toString()).toBe('1.0.0.1');
  });

  test('is unreachable when nobody answers at all, has no address, or cannot be read', async () => {
    const refuse = async () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const replies = await Promise.all([
      webOf(() => ({}), { connect: refuse }).web.fetch(request(), nobody),
      webOf(() => ({}), { resolve: async () => [] }).web.fetch(request(), nobody),
      webOf(() => ({ headers: { 'content-encoding': 'zstd' } })).web.fetch(request(), nobody),
      webOf(() => ({ headers: { 'content-encoding': 'gzip' }, body: 'plain' })).web.fetch(request(), nobody),
    ]);
    expect(replies).toMatchObject(replies.map(() => ({ ok: false, code: 'unreachable', host: 'example.org' })));
    expect(replies[0]).toMatchObject({ why: 'ECONNREFUSED: refused' });
  });

  test('has its time, whoever lets it wait', async () => {
    const never = () => new Promise<never>(() => undefined);
    for (const ports of [
      { resolve: never },
      { connect: hangs },
      { connect: async () => ({ ...answer({}), body: stalled() }) },
    ]) {
      const { web, clock } = webOf(() => ({}), ports);
      const reply = web.fetch(request(), nobody);
      await clock.advance(1000);
      expect(await reply).toMatchObject({ code: 'unreachable', why: 'no answer within 1000 ms' });
    }
  });

  test('ends with whoever asked', async () => {
    const stop = new AbortController();
    const { web } = webOf(() => ({}), { connect: hangs });
    const reply = web.fetch(request(), stop.signal);
    stop.abort(new Error('enough'));
    await expect(reply).rejects.toThrow('enough');
  });
});

const hangs: GuardPorts['connect'] = (_to, _request, signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
const stalled = () => new Readable({ read: () => undefined });

describe('a body', () => {
  const large = Buffer.alloc(1_000_000, 'a');

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in %s is as long as it is decompressed', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding };
    const small = await webOf(() => ({ headers, body: compress('x'.repeat(1000)) })).web.fetch(request(), nobody);
    expect(small.ok && small.body.length).toBe(1000);
    const bomb = compress(large);
    expect(bomb.length).toBeLessThan(2000);
    const reply = await webOf(() => ({ headers, body: bomb })).web.fetch(request(), nobody);
    expect(reply).toEqual({ ok: false, code: 'too_large', max_bytes: 1000 });
  });

  test('of an answer to HEAD is not read', async () => {
    const { web } = webOf(() => ({ body: large }));
    expect(await web.fetch(request({ method: 'HEAD' }), nobody)).toMatchObject({ ok: true, body: new Uint8Array() });
  });
});

describe('headers and signatures', () => {
  test('stay with the origin they were meant for', async () => {
    const { web, asked } = webOf(({ host, path }) => {
      if (path === '/') return { status: 302, headers: { location: '/here' } };
      return host === 'example.org' ? { status: 302, headers: { location: 'http://example.com/there' } } : {};
    });
    await web.fetch(request({ headers: { authorization: 'mine' } }), nobody);
    expect(asked.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      ['/', 'mine'],
      ['/here', 'mine'],
      ['/there', undefined],
    ]);
  });

  test('prove who sent a body and when, by a secret that stays here', async () => {
    const { web, asked } = webOf(() => ({}));
    await web.fetch(request({ method: 'POST', body: '{"a":1}', signedBy: 'hook' }), nobody);
    expect(asked[0]?.body).toBe('{"a":1}');
    expect(asked[0]?.headers).toMatchObject({
      'x-seedcore-time': '1795305600',
      'x-seedcore-signature': 'sha256=9f93f78524c02b34df6b8ea4a3c1b0ff7cb2468dfedfcc76d93df2869f9ad7b2',
    });
    expect(JSON.stringify(asked)).not.toContain('nobody knows');
    expect(await web.fetch(request({ signedBy: 'other' }), nobody)).toMatchObject({ code: 'unknown_secret' });
  });
});
