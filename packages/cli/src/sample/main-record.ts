/**
 * Records the telemetry of the sample from a running mesh: the time of one call of ml after the other, while ml is
 * stopped for a moment once. Usage, with a mesh up: node packages/cli/src/sample/main-record.ts > telemetry.json
 */
import { cpus, platform } from 'node:os';
import { ml } from '@seedcore/contracts';
import { delay } from '@seedcore/protocol';
import { connectTo, runningMesh } from '../connection.ts';

const count = 240;
const intervalMs = 50;
const incident = { index: 171, pauseMs: 400 };

const running = runningMesh({ json: false }, process.env);
const pid = running?.processes.find(({ name }) => name === 'ml')?.pid;
if (!running || !pid) throw new Error('start the mesh first: npx seedcore up --bare');

const mesh = await connectTo({ url: running.url, from: 'the mesh started here' }, running.ns);
const query = { query: 'pump vibrates', documents: ['the pump vibrates', 'the fan is quiet', 'oil is low'] };
const values: number[] = [];
for (let at = -20; at < count; at++) {
  if (at === incident.index) {
    process.kill(pid, 'SIGSTOP');
    mesh.clock.after(incident.pauseMs, () => process.kill(pid, 'SIGCONT'));
  }
  const began = mesh.clock.now();
  await mesh.client(ml).rerank(query);
  // The first calls are slower than the rest: connections, caches, compilation.
  if (at >= 0) values.push(Number((mesh.clock.now() - began).toFixed(3)));
  await delay(mesh.clock, intervalMs);
}

process.stdout.write(
  `${JSON.stringify(
    {
      measured: 'round-trip time of ml.rerank in ms',
      recorded_at: new Date(mesh.clock.wallMs()).toISOString(),
      recorded_by: 'packages/cli/src/sample/main-record.ts, from a mesh started with "seedcore up --bare"',
      machine: { platform: platform(), cpus: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      broker: mesh.broker?.version,
      interval_ms: intervalMs,
      incidents: [{ index: incident.index, what: `the process of ml was stopped for ${incident.pauseMs} ms` }],
      values,
    },
    undefined,
    1,
  ).replaceAll(/\n {2}(?=[\d-])/g, ' ')}\n`,
);
await mesh.close();
process.exit(0);
