import { describe, expect, test } from 'vitest';
import { beginBuiltIn, playBuiltIn } from '../../testing/play-built-in.ts';
import type { HostRequest } from '../skill-host.ts';

const page = (body: string | Uint8Array, headers: Record<string, string> = {}, status = 200) => ({
  ...{ ok: true, status, headers, finalUrl: 'https://example.org/', redirects: 0 },
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
});
const onlyFetch = (answer: (n: number, request: HostRequest) => unknown) => {
  let n = 0;
  return (request: HostRequest) => (request.op === 'fetch' ? answer(++n, request) : undefined);
};
const url = 'https://example.org/';

describe('http_fetch', () => {
  test('gives a page and what it was', async () => {
    const headers = { 'content-type': 'text/plain; charset=iso-8859-1', 'x-y': 'z' };
    const { end, host } = beginBuiltIn('http_fetch', { url }, () => page(Uint8Array.of(0x6e, 0xe9), headers));
    expect(await end).toEqual({
      end: 'ok',
      output: {
        ...{ status: 200, final_url: url, content_type: headers['content-type'], headers, body: 'né', bytes: 2 },
        ...{ redirects: 0, fetched_at: '2026-11-22T00:00:00.000Z' },
      },
    });
    expect(host.requests).toEqual([
      {
        op: 'fetch',
        request: { url, method: 'GET', headers: {}, maxBytes: 1_048_576, timeoutMs: 10_000, maxRedirects: 5 },
      },
    ]);
  });

  test.each([
    ['json', '{"a":[1]}', { a: [1] }],
    ['base64', 'hello', 'aGVsbG8='],
    ['text', '{"a":1}', '{"a":1}'],
  ])('as %s', async (as, body, told) => {
    expect(await playBuiltIn('http_fetch', { url, as }, () => page(body))).toMatchObject({ output: { body: told } });
  });

  test.each([
    [{ code: 'not_allowed', host: 'h', hint: 'add h' }],
    [{ code: 'forbidden_url', why: 'it carries a user' }],
    [{ code: 'forbidden_address', host: 'h', why: '::1 is not global unicast' }],
    [{ code: 'too_many_redirects', max: 5 }],
    [{ code: 'too_large', max_bytes: 10 }],
  ])('what the guard refuses is an answer: %j', async (refusal) => {
    const { code, ...data } = refusal;
    const end = await playBuiltIn('http_fetch', { url }, () => ({ ok: false, ...refusal }));
    expect(end).toMatchObject({ end: 'failed', code, data });
  });

  test('a page that is no JSON is an answer, a host that is away is tried again', async () => {
    const broken = await playBuiltIn('http_fetch', { url, as: 'json' }, () => page('<html>'));
    expect(broken).toMatchObject({ end: 'failed', code: 'not_json' });
    const away = await playBuiltIn('http_fetch', { url }, () => ({
      ok: false,
      code: 'unreachable',
      host: 'h',
      why: 'x',
    }));
    expect(away).toMatchObject({ end: 'defect', code: 'unavailable', retryable: true, message: 'h: x' });
  });

  test.each([
    { Host: 'intranet' },
    { 'transfer-encoding': 'chunked' },
    { 'proxy-authorization': 'x' },
    { 'x-a': 'b\r\nc: d' },
    { 'a b': 'c' },
    Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`x-${i}`, 'y'])),
  ])('headers that are not to be set are refused: %j', async (headers) => {
    expect(await playBuiltIn('http_fetch', { url, headers })).toMatchObject({ end: 'failed', code: 'bad_input' });
  });
});

describe('notify', () => {
  const hook = { text: 'loud', channel: 'webhook', url, secret_ref: 'ops' };

  test('tells everybody by an event, if the run counts', async () => {
    expect(await playBuiltIn('notify', { text: 'loud', topic: 'alarm', data: { n: 1 } })).toEqual({
      end: 'ok',
      output: { id: 't', tries: 1 },
      emitted: [{ kind: 'alarm', data: { id: 't', text: 'loud', topic: 'alarm', data: { n: 1 } } }],
    });
  });

  test('posts a webhook under its key, signed by a secret it does not know', async () => {
    const { end, host } = beginBuiltIn(
      'notify',
      hook,
      onlyFetch(() => page('', {}, 204)),
    );
    expect(await end).toEqual({ end: 'ok', output: { id: 't', status: 204, tries: 1 } });
    expect(host.requests.map(({ op }) => op)).toEqual(['step_begin', 'fetch', 'step_end']);
    expect(host.requests[1]).toMatchObject({
      request: {
        ...{ method: 'POST', url, signedBy: 'ops', maxRedirects: 0 },
        body: '{"id":"t","text":"loud","topic":"notify"}',
        headers: { 'idempotency-key': 't/send' },
      },
    });
  });

  test('tries three times, with pauses, then says so', async () => {
    const failing = onlyFetch((n) =>
      n === 1 ? { ok: false, code: 'unreachable', host: 'h', why: 'no' } : page('', {}, 503),
    );
    const { end, host, clock } = beginBuiltIn('notify', hook, failing);
    await clock.advance(10_000);
    expect(await end).toMatchObject({ end: 'failed', code: 'not_delivered', data: { tries: 3, last: 'status 503' } });
    expect(host.requests.filter(({ op }) => op === 'fetch')).toHaveLength(3);
  });

  test('a receiver that comes back is told once', async () => {
    const { end, clock } = beginBuiltIn(
      'notify',
      hook,
      onlyFetch((n) => page('', {}, n < 3 ? 429 : 200)),
    );
    await clock.advance(10_000);
    expect(await end).toMatchObject({ end: 'ok', output: { status: 200, tries: 3 } });
  });

  test.each([
    [page('', {}, 400), 'refused', { status: 400 }],
    [page('', { location: '/' }, 302), 'refused', { status: 302 }],
    [{ ok: false, code: 'unknown_secret', secret_ref: 'ops' }, 'unknown_secret', { secret_ref: 'ops' }],
    [{ ok: false, code: 'forbidden_address', host: 'h', why: 'x' }, 'forbidden_address', { host: 'h', why: 'x' }],
  ])('an answer that would be the same again is not asked for twice', async (reply, code, data) => {
    const { end, host } = beginBuiltIn(
      'notify',
      hook,
      onlyFetch(() => reply),
    );
    expect(await end).toMatchObject({ end: 'failed', code, data });
    expect(host.requests.filter(({ op }) => op === 'fetch')).toHaveLength(1);
  });

  test.each([
    { text: 'x', channel: 'webhook' },
    { text: 'x', url },
    { text: 'x', secret_ref: 'ops' },
    { text: 'x', topic: 'No Topic' },
    { text: 'x', data: 'y'.repeat(16_384) },
  ])('what does not fit together is refused: %j', async (input) => {
    expect(await playBuiltIn('notify', input)).toMatchObject({ end: 'failed', code: 'bad_input' });
  });
});
