import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;

beforeAll(async () => {
  greeters = await startGreeters();
  await greeters.start();
});
afterAll(() => greeters?.stop());

async function cli(...args: string[]): Promise<void> {
  const { code, stderr } = await greeters.cli(...args);
  if (code !== 0) throw new Error(`nats ${args.join(' ')}: ${stderr}`);
}

type Health = { degraded: boolean; degraded_by: string[]; brownout: number };
const health = async () => (await greeters.ask(`${NS}.svc.greeter.health`)).json<Health>();
const limits = async () => (await greeters.ask(`${NS}.svc.greeter.info`)).json<{ limits: { greet: number } }>().limits;

test('mesh.A24: a limit is set with nats kv put, a bad one shows in health and keeps the last good one', async () => {
  await cli('kv', 'put', `${NS}_config`, 'greeter.greet.limit', '3');
  await until('the limit', async () => (await limits()).greet === 3 || undefined);
  await cli('kv', 'put', `${NS}_config`, 'greeter.greet.limit', 'many');
  const { degraded_by } = await until('health to name it', async () => {
    const now = await health();
    return now.degraded ? now : undefined;
  });
  expect(degraded_by).toEqual(['setting greeter.greet.limit is not used: must be 1 to 10000, or adaptive']);
  expect(await limits()).toMatchObject({ greet: 3 });
  await cli('kv', 'del', `${NS}_config`, 'greeter.greet.limit', '--force');
  await until('the usual limit', async () => (await limits()).greet === 20 || undefined);
  expect(await health()).toMatchObject({ degraded: false, degraded_by: [] });
});

test('what energy has the mesh shed is shed, and what is critical is served', async () => {
  await cli('kv', 'add', `${NS}_energy`);
  await cli('kv', 'put', `${NS}_energy`, 'mode', '{"mode":"EMERGENCY","brownout_level":3}');
  await until('level 3', async () => (await health()).brownout === 3 || undefined);
  const ask = (criticality: string) => {
    const named = headers();
    named.set('Sc-Criticality', criticality);
    return greeters.ask(`${NS}.svc.greeter.greet`, '', named);
  };
  expect((await ask('important')).json()).toMatchObject({
    error: { code: 'overloaded', status: 429, details: { reason: 'brownout', level: 3 } },
  });
  expect((await ask('critical')).json()).toEqual({ text: 'hello you' });
});
