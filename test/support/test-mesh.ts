import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type RunningServer, resolveServer, type ServerOptions, startServer } from '@seedcore/nats-dev';
import { Program, root, run } from './program.ts';
import { until } from './until.ts';

/** The six services. */
export const serviceNames = ['ml', 'energy', 'state', 'cognitive', 'organism', 'coordinator'] as const;
/** One of the six services. */
export type ServiceName = (typeof serviceNames)[number];

/** A broker, services as processes of their own, and a plain connection beside them. */
export interface TestMesh {
  readonly server: RunningServer;
  readonly url: string;
  readonly ns: string;
  readonly nats: NatsConnection;
  readonly services: Map<ServiceName, Program>;
  /** Starts one more process of a service. */
  start(name: ServiceName, env?: Record<string, string>): Program;
  /** Resolves when a service says it is ready. */
  ready(name: ServiceName): Promise<void>;
  /** Calls an endpoint with plain JSON, as `nats req` does. */
  call(service: string, endpoint: string, input?: unknown, timeoutMs?: number): Promise<Answer>;
  /** Runs the real `nats` CLI. */
  cli(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

/** A reply as a plain client sees it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
export type Answer = { readonly code: string | undefined; readonly body: any };

/** Longest wait for a server that has been started, in ms: all processors may have other things to do. */
const SERVER_READY_MS = 60_000;

/** A nats-server of a test's own. */
export async function startBroker(options: Pick<ServerOptions, 'maxFileBytes'> = {}): Promise<RunningServer> {
  const found = await resolveServer();
  if (found.kind === 'url') throw new Error('tests start a server of their own: unset NATS_URL');
  return startServer({ server: found, readyMs: SERVER_READY_MS, ...options });
}

/** Starts a broker and the given services (all six), and waits until all are ready. */
export async function startMesh(options: { services?: readonly ServiceName[]; ns?: string } = {}): Promise<TestMesh> {
  const server = await startBroker();
  const nats = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
  const mesh = testMesh(server, nats, options.ns ?? 'seedcore-dev');
  const names = options.services ?? serviceNames;
  for (const name of names) mesh.services.set(name, mesh.start(name));
  try {
    await Promise.all(names.map((name) => mesh.ready(name)));
    if (names.includes('organism')) await agentsOf(mesh);
  } catch (error) {
    const logs = [...mesh.services].map(([name, program]) => `--- ${name}\n${program.output.slice(-1500)}`).join('\n');
    await mesh.stop();
    throw new Error(`${String(error)}\n${logs}`);
  }
  return mesh;
}

/** Organism is ready before it has agents: a task that comes so early would have to wait for them, or be refused. */
async function agentsOf(mesh: TestMesh): Promise<void> {
  await until('the agents of organism', async () => {
    const { body } = await mesh.call('organism', 'get_organism_status', undefined, 2000);
    return body.state === 'ready' || undefined;
  });
}

function testMesh(server: RunningServer, nats: NatsConnection, ns: string): TestMesh {
  const services = new Map<ServiceName, Program>();
  const started: Program[] = [];
  const url = server.url;
  return {
    server,
    url,
    ns,
    nats,
    services,
    start(name, env = {}) {
      const program = new Program(process.execPath, [`${root}services/${name}/src/main.ts`], {
        env: { NATS_URL: url, SEEDCORE_NS: ns, LOG_LEVEL: 'warn', LOG_PRETTY: 'false', ...env },
      });
      started.push(program);
      return program;
    },
    async ready(name) {
      await until(`${name} to be ready`, async () => (await health(nats, ns, name)).ready || undefined);
    },
    call: (service, endpoint, input, timeoutMs = 30_000) =>
      call(nats, { subject: `${ns}.svc.${service}.${endpoint}`, input, timeoutMs }),
    cli: (args) =>
      run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', ['--server', url, ...args], { env: { NATS_TIMEOUT: '30s' } }),
    async stop() {
      await Promise.all(started.map((program) => program.stop('SIGTERM')));
      await nats.close();
      await server.stop();
    },
  };
}

async function health(nats: NatsConnection, ns: string, name: string): Promise<{ ready: boolean }> {
  return (await nats.request(`${ns}.svc.${name}.health`, '', { timeout: 2000 })).json();
}

async function call(
  nats: NatsConnection,
  request: { subject: string; input: unknown; timeoutMs: number },
): Promise<Answer> {
  const body = request.input === undefined ? '' : JSON.stringify(request.input);
  const reply = await nats.request(request.subject, body, { timeout: request.timeoutMs });
  return { code: reply.headers?.get('Nats-Service-Error-Code') || undefined, body: reply.json() };
}
