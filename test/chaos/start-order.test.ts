import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { type ServiceName, serviceNames, startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { chanceOf, scaled } from './world/scale.ts';

/** Of the 720 orders there are. */
const ORDERS = scaled(5, 20);
const random = chanceOf('mesh.A22');
let server: RunningServer;

beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server?.stop());

const orders = Array.from({ length: ORDERS }, (_, i) => [i, shuffled()] as const);

test.each(orders)('mesh.A22: start order %i: %j', async (i, order) => {
  const ns = `order-${i}`;
  const nats = await connect({ servers: server.url });
  const programs = order.map((name) => start(name, ns));
  try {
    for (const name of order)
      await until(`${name} to be ready`, async () => {
        const health = (await nats.request(`${ns}.svc.${name}.health`, '', { timeout: 1000 })).json<{
          ready: boolean;
          missing: unknown[];
        }>();
        return (health.ready && health.missing.length === 0) || undefined;
      });
    expect(programs.map(({ child }) => child.exitCode)).toEqual(order.map(() => null));
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    // What one mesh reserves of the memory of the broker is there for the next.
    await (await jetstreamManager(nats)).streams.delete(`SC_${ns}_SEGMENTS`);
    await nats.close();
  }
});

function start(name: ServiceName, ns: string): Program {
  const env = { NATS_URL: server.url, SEEDCORE_NS: ns, LOG_LEVEL: 'warn', LOG_PRETTY: 'false' };
  return new Program(process.execPath, [`${root}services/${name}/src/main.ts`], { env });
}

function shuffled(): ServiceName[] {
  const order: ServiceName[] = [...serviceNames];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
