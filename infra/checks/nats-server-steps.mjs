/**
 * Tries each step that fetches a nats-server alone, with an empty cache, and prints a table: which of them work on this
 * machine, and why the others do not. Not part of the test suite, since it uses the network.
 * Usage: node infra/checks/nats-server-steps.mjs [step ...]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServer, resolveServer } from '../../packages/nats-dev/src/index.ts';

const steps = process.argv.length > 2 ? process.argv.slice(2) : ['path', 'release', 'go', 'apt', 'container'];
for (const step of steps) {
  const cache = mkdtempSync(join(tmpdir(), 'seedcore-steps-'));
  const started = performance.now();
  const env = { ...process.env, SEEDCORE_NATS_STEPS: step, XDG_CACHE_HOME: cache };
  const outcome = await resolveServer({ env }).then(describeServer, (error) => reason(error.message, step));
  console.log(`${step.padEnd(10)} ${`${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(8)}  ${outcome}`);
  rmSync(cache, { recursive: true, force: true });
}

function reason(message, step) {
  const line = message.split('\n').find((one) => one.startsWith(`  ${step}: `));
  return `no: ${line?.slice(step.length + 4) ?? message}`;
}
