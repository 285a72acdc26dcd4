import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeServer, resolveServer } from '@seedcore/nats-dev';

/**
 * Finds or fetches the two programs every system test needs, once: nats-server and the plain `nats` CLI.
 * Whoever starts a server afterwards finds it by SEEDCORE_NATS_SERVER, the CLI by SEEDCORE_NATS_CLI.
 */
export async function setup(): Promise<void> {
  // A mesh of the person who runs the tests is none of their business.
  for (const name of ['NATS_URL', 'SEEDCORE_NS', 'RAY_NAMESPACE']) delete process.env[name];
  const found = await resolveServer({ report: { line: (text: string) => console.log(text) } });
  if (found.kind === 'binary') process.env['SEEDCORE_NATS_SERVER'] = found.path;
  console.log(describeServer(found));
  process.env['SEEDCORE_NATS_CLI'] ||= natsCli();
  // Hundreds of service processes are started: each finds its sources compiled, as under `seedcore up`.
  process.env['NODE_COMPILE_CACHE'] ||= join(tmpdir(), 'seedcore-test-compile-cache');
}

function natsCli(): string {
  const script = fileURLToPath(new URL('../../infra/checks/install-nats-cli.mjs', import.meta.url));
  const done = spawnSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const path = done.stdout.trim().split('\n').at(-1) ?? '';
  if (done.status !== 0 || path === '') throw new Error(`the nats CLI is needed by the system tests:\n${done.stdout}`);
  return path;
}
