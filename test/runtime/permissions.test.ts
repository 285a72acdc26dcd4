import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { greeterProgram, NS } from './greeter-process.ts';

const users = (dataDir: string) => `
listen: "127.0.0.1:-1"
jetstream: { store_dir: "${dataDir}" }
authorization { users: [
  { user: "person", password: "p" }
  { user: "greeter", password: "g", permissions: { publish: ">", subscribe: { deny: "${NS}.svc.greeter.wait" } } }
] }
`;

test('an endpoint the broker forbids is named in health, the others are served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seedcore-forbidden-'));
  writeFileSync(join(folder, 'nats.conf'), users(folder));
  const broker = new Program(process.env['SEEDCORE_NATS_SERVER'] ?? 'nats-server', ['-c', join(folder, 'nats.conf')]);
  let greeter: Program | undefined;
  try {
    const [, port = ''] = await broker.printed(/Listening for client connections on 127\.0\.0\.1:(\d+)/);
    const url = `nats://127.0.0.1:${port}`;
    greeter = greeterProgram({ NATS_URL: url, NATS_USER: 'greeter', NATS_PASSWORD: 'g' });
    await greeter.printed(/"msg":"ready"/);
    const nats = await connect({ servers: url, user: 'person', pass: 'p' });
    const ask = async (endpoint: string) =>
      (await nats.request(`${NS}.svc.greeter.${endpoint}`, '', { timeout: 30_000 })).json();
    const forbidden = await until('health to name it', async () => {
      const { degraded_by } = (await ask('health')) as { degraded_by: string[] };
      return degraded_by.length > 0 ? degraded_by : undefined;
    });
    expect(forbidden).toEqual(['the broker forbids to serve wait']);
    expect(await ask('greet')).toEqual({ text: 'hello you' });
    await nats.close();
    expect(await greeter.stop('SIGTERM')).toBe(0);
  } finally {
    await greeter?.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
