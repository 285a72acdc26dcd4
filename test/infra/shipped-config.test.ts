import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverBinary } from '../nats-dev/server-binary.ts';
import { root, run } from '../support/program.ts';

const conf = join(root, 'infra/nats/nats-server.conf');

async function check(file: string): Promise<{ code: number; stderr: string }> {
  const { path } = await serverBinary();
  return run(path, ['-t', '--config', file]);
}

test('nats-server takes the configuration that compose ships', async () => {
  expect(await check(conf)).toMatchObject({ code: 0, stderr: expect.stringContaining('is valid') });
});

test('and would refuse it with a word misspelt', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seedcore-conf-'));
  const broken = join(folder, 'nats-server.conf');
  writeFileSync(broken, readFileSync(conf, 'utf8').replace('sync_interval', 'sync_intervall'));
  const checked = await check(broken);
  rmSync(folder, { recursive: true });
  expect(checked.code).not.toBe(0);
  expect(checked.stderr).toContain('sync_intervall');
});

test('bash takes the script that checks compose', async () => {
  expect(await run('bash', ['-n', join(root, 'infra/checks/compose.sh')])).toMatchObject({ code: 0, stderr: '' });
});

interface Container {
  readonly build: { readonly target?: string; readonly args?: Record<string, string> };
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly mem_limit: string;
  readonly environment?: Record<string, string>;
  readonly ports?: readonly { readonly host_ip: string; readonly target: number }[];
}

// No engine is needed for this, only the command; infra/checks/compose.sh runs the file for real.
const noCompose = spawnSync('docker', ['compose', 'version']).status !== 0;

test.skipIf(noCompose)('docker compose reads compose.yaml as it is meant', async () => {
  const file = join(root, 'infra/compose.yaml');
  const env = { RAY_NAMESPACE: 'ray' };
  const said = await run('docker', ['compose', '-f', file, 'config', '--format', 'json'], { env });
  expect(said).toMatchObject({ code: 0, stderr: '' });
  const { services }: { services: Record<string, Container> } = JSON.parse(said.stdout);
  const { nats, ...six } = services;
  expect(Object.keys(six).sort()).toEqual(['cognitive', 'coordinator', 'energy', 'ml', 'organism', 'state']);
  for (const [name, { build, environment, ports }] of Object.entries(six)) {
    expect(build.args).toEqual({ SERVICE: name });
    expect(environment).toMatchObject({ NATS_URL: 'nats://nats:4222', SEEDCORE_NS: 'ray' });
    expect(ports).toBe(undefined);
  }
  for (const { read_only, cap_drop, mem_limit } of Object.values(services)) {
    expect({ read_only, cap_drop }).toEqual({ read_only: true, cap_drop: ['ALL'] });
    expect(Number(mem_limit)).toBeGreaterThan(0);
  }
  expect(nats?.build.target).toBe('broker');
  expect(nats?.ports).toMatchObject([{ host_ip: '127.0.0.1', target: 4222 }]);
});
