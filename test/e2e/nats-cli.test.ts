import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceName, serviceNames, startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh();
});
afterAll(() => mesh?.stop());

/** Endpoints that answer an empty body, so that anybody can call them without reading a page. */
const EMPTY_BODY: readonly [ServiceName, string][] = [
  ['ml', 'list_models'],
  ['energy', 'get_mode'],
  ['state', 'list_agents'],
  ['organism', 'get_organism_status'],
  ['coordinator', 'get_system_status'],
];

async function cli(...args: string[]): Promise<string> {
  const done = await mesh.cli(args);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return done.stdout + done.stderr;
}

type Reply = { readonly error?: { readonly code: string; readonly status: number } };

/** What a command prints; it is typed again when an endpoint on a busy machine missed the deadline of its contract. */
async function replyTo(...args: string[]): Promise<Reply> {
  const done = await until(args.join(' '), async () => {
    const told = await mesh.cli(args);
    return told.stdout.includes('"code":"deadline_exceeded"') ? undefined : told;
  });
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return JSON.parse(done.stdout);
}

// The CLI gives up 300 ms after the last answer, so that one that comes late is there the next time.
test('mesh.A4: nats micro ls lists all six', async () => {
  await until('all six to be listed', async () => {
    const listed: { name: string }[] = JSON.parse(await cli('micro', 'ls', '--json'));
    expect(listed.map(({ name }) => name).sort()).toEqual([...serviceNames].sort());
    return true;
  });
});

test('mesh.A4: nats micro ping finds all six', async () => {
  await until('all six to answer', async () => {
    const text = await cli('micro', 'ping', '--timeout', '5s'); // it always waits so long
    for (const name of serviceNames) expect(text).toContain(name);
    return true;
  });
});

test.each(EMPTY_BODY)('mesh.A4: nats micro request %s %s works with {}', async (service, endpoint) => {
  const reply = await replyTo('micro', 'request', service, endpoint, '{}', '--raw');
  expect(reply).not.toHaveProperty('error');
});

test('nats micro request reaches cognitive, which has no endpoint without input', async () => {
  const body = '{"incident_context":{"message":"connect ECONNREFUSED"}}';
  const reply = await replyTo('micro', 'request', 'cognitive', 'reason_about_failure', body, '--raw');
  expect(reply).toMatchObject({ error_class: expect.any(String), thought: expect.any(String) });
});

test.each(EMPTY_BODY)('mesh.A4: nats req %s.%s works with an empty body', async (service, endpoint) => {
  const reply = await replyTo('req', '--raw', `seedcore-dev.svc.${service}.${endpoint}`, '');
  expect(reply).not.toHaveProperty('error');
});

describe.each(serviceNames)('%s', (service) => {
  test('mesh.A4: nats micro info and stats show it', async () => {
    const { info }: { info: { endpoints: { name: string }[]; metadata: Record<string, string> } } = JSON.parse(
      await cli('micro', 'info', service, '--json'),
    );
    expect(info.metadata).toMatchObject({ ns: 'seedcore-dev', 'sc.api': '1' });
    expect(info.endpoints.map(({ name }) => name)).toEqual(expect.arrayContaining(['help', 'health']));
    expect(await cli('micro', 'stats', service)).toContain(service);
  });

  test('mesh.A5: every command its help shows succeeds when pasted, or is a declared answer about an unknown id', async () => {
    const help = await cli('req', '--raw', `seedcore-dev.svc.${service}.help`, '');
    const commands = [...help.matchAll(/nats req (\S+) '([^']*)'/g)].map(
      ([, subject = '', body = '']) => [subject, body] as const,
    );
    expect(commands.length).toBeGreaterThan(0);
    for (const [subject, body] of commands) {
      const reply = await replyTo('req', '--raw', '--timeout', '30s', subject, body);
      const status = reply.error?.status ?? 200;
      expect([200, 404, 409, 422], `${subject} ${body} -> ${JSON.stringify(reply)}`).toContain(status);
      expect(reply.error?.code).not.toBe('bad_request');
    }
  });

  test.each(['ping', 'info', 'stats'] as const)(
    'its %s fits the published schema, before and after errors',
    async (kind) => {
      await fitsSchema(kind, service);
      const refused = await mesh.call(service, 'schema', { no_such_field: 1 });
      expect(refused.code).toBe('400');
      await fitsSchema(kind, service);
    },
  );
});

test('mesh.A5: a misspelt field is named, in a readable body and in the header', async () => {
  const text = await cli('req', 'seedcore-dev.svc.ml.detect_anomaly', '{"dta":[1,2,3]}');
  expect(text).toContain('dta');
  const reply = await mesh.call('ml', 'detect_anomaly', { dta: [1, 2, 3] });
  expect(reply.code).toBe('400');
  expect(reply.body.error).toMatchObject({ code: 'bad_request', status: 400 });
  expect(JSON.stringify(reply.body.error.details)).toContain('/dta');
});

test('errors are counted in STATS of the endpoint that gave them', async () => {
  await mesh.call('ml', 'rerank', { nonsense: true });
  const stats = (await mesh.nats.request('$SRV.STATS.ml', '', { timeout: 30_000 })).json<{
    endpoints: { name: string; num_errors: number; last_error: string }[];
  }>();
  const rerank = stats.endpoints.find(({ name }) => name === 'rerank');
  expect(rerank?.num_errors).toBeGreaterThan(0);
  expect(rerank?.last_error).toContain('400');
});

async function fitsSchema(kind: 'ping' | 'info' | 'stats', service: string): Promise<void> {
  const reply = await mesh.nats.request(`$SRV.${kind.toUpperCase()}.${service}`, '', { timeout: 30_000 });
  const file = join(tmpdir(), `seedcore-${process.pid}-${kind}.json`);
  writeFileSync(file, reply.data);
  try {
    const checked = await mesh.cli(['schema', 'validate', `io.nats.micro.v1.${kind}_response`, file]);
    expect(checked, `${checked.stdout}${checked.stderr} for ${reply.string()}`).toMatchObject({ code: 0 });
  } finally {
    rmSync(file, { force: true });
  }
}
