import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Resolution, startServer } from '@seedcore/nats-dev';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { certificate, connectProxy, type Listening, releaseOf, releaseSite } from './release-site.ts';
import { serverBinary } from './server-binary.ts';

type Answer = Partial<Resolution> & { path?: string; unavailable?: string };

let release: { archive: Buffer; sums: string };
let cache: string;
const listening: Listening[] = [];

beforeAll(async () => {
  release = releaseOf(readFileSync((await serverBinary()).path));
}, 600_000);

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
});

afterEach(() => {
  for (const one of listening.splice(0)) one.close();
  rmSync(cache, { recursive: true, force: true });
});

test('mesh.A26: a release is fetched over TLS and a redirect, checked, and found in the cache the next time', async () => {
  const site = await serve(release);
  const env = { SEEDCORE_NATS_RELEASES: `https://localhost:${site.port}` };
  const first = await resolve({ ...env, SEEDCORE_NATS_STEPS: 'cache,release' });
  expect(first).toMatchObject({ step: 'release', path: expect.stringContaining(cache) });
  expect(first.why?.at(-1)).toContain('SHA256SUMS');
  const second = await resolve({ ...env, SEEDCORE_NATS_STEPS: 'cache,release' });
  expect(second).toMatchObject({ step: 'cache', path: first.path });
  expect(site.asked).toHaveLength(3);
});

test('a proxy is asked for a tunnel, with its credentials, and NO_PROXY goes around it', async () => {
  const [site, proxy] = [await serve(release), await connectProxy()];
  listening.push(proxy);
  const env = {
    SEEDCORE_NATS_RELEASES: `https://localhost:${site.port}`,
    SEEDCORE_NATS_STEPS: 'release',
    HTTPS_PROXY: `http://ada:pass@127.0.0.1:${proxy.port}`,
  };
  expect(await resolve(env)).toMatchObject({ step: 'release' });
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT localhost:${site.port}`]));
  const before = proxy.asked.length;
  expect(await resolve({ ...env, NO_PROXY: 'localhost' })).toMatchObject({ step: 'release' });
  expect(proxy.asked).toHaveLength(before);
  const refused = await resolve({ ...env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  expect(refused.unavailable).toContain('refused the tunnel: HTTP 407');
});

test('mesh.A26: an archive with one changed byte is refused and leaves nothing in the cache', async () => {
  const archive = Buffer.from(release.archive);
  archive[1000] = (archive[1000] ?? 0) ^ 1;
  const site = await serve({ ...release, archive });
  const answer = await resolve({
    SEEDCORE_NATS_RELEASES: `https://localhost:${site.port}`,
    SEEDCORE_NATS_STEPS: 'release',
  });
  expect(answer.unavailable).toMatch(/refused: SHA-256 of .* SHA256SUMS says/);
  const servers = join(cache, 'seedcore', 'nats-server');
  expect(existsSync(servers) ? readdirSync(servers) : []).toEqual([]);
});

test('mesh.A26: two resolvers that fetch at once do not disturb each other', async () => {
  const site = await serve(release);
  const env = { SEEDCORE_NATS_RELEASES: `https://localhost:${site.port}`, SEEDCORE_NATS_STEPS: 'release' };
  const [one, two] = await Promise.all([resolve(env), resolve(env)]);
  expect(one.path).toBe(two.path);
  expect(await resolve({ SEEDCORE_NATS_STEPS: 'cache' })).toMatchObject({ path: one.path });
});

test('mesh.A26: a server that runs, one that is named and one that is installed are each enough', async () => {
  const server = await serverBinary();
  const bin = join(cache, 'bin');
  mkdirSync(bin);
  symlinkSync(server.path, join(bin, 'nats-server'));
  expect(await resolve({ SEEDCORE_NATS_STEPS: 'path', PATH: bin })).toMatchObject({ step: 'path', kind: 'binary' });
  expect(await resolve({ SEEDCORE_NATS_STEPS: 'env', SEEDCORE_NATS_SERVER: server.path })).toMatchObject({
    step: 'env',
    path: server.path,
  });
  const running = await startServer({ server });
  expect(await resolve({ SEEDCORE_NATS_STEPS: 'url', NATS_URL: running.url })).toMatchObject({
    step: 'url',
    url: running.url,
  });
  await running.stop();
});

async function serve(what: { archive: Buffer; sums: string }): Promise<Listening> {
  const site = await releaseSite(what);
  listening.push(site);
  return site;
}

/** In a process of its own, since Node reads NODE_EXTRA_CA_CERTS when it starts. */
async function resolve(env: Record<string, string>): Promise<Answer> {
  const script = fileURLToPath(new URL('./main-resolve.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: cache, NODE_EXTRA_CA_CERTS: fileURLToPath(certificate), ...env },
  });
  return JSON.parse(stdout);
}
