import { connect, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { RunningServer } from '@seedcore/nats-dev';
import { Program, root, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

/** A broker, greeters as processes of their own, and a plain connection beside them. */
export interface Greeters {
  readonly server: RunningServer;
  readonly nats: NatsConnection;
  /** Starts one more greeter and waits until it is ready. */
  start(env?: Record<string, string>): Promise<Program>;
  /** One request with patience for a busy machine. */
  ask(subject: string, body?: string | Uint8Array, headers?: MsgHdrs): Promise<Msg>;
  /** Runs the real `nats` CLI. */
  cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The runs a greeter has counted. */
  runs(): Promise<{ greet: number; wait: number; aborted: number; heap_bytes: number }>;
  stop(): Promise<void>;
}

/** Namespace of the greeters. */
export const NS = 'greeting';

/** A fresh broker with nobody on it but a plain client. */
export async function startGreeters(): Promise<Greeters> {
  const server = await startBroker();
  const nats = await connect({ servers: server.url });
  const started: Program[] = [];
  const ask = (subject: string, body: string | Uint8Array = '', headers?: MsgHdrs) =>
    nats.request(subject, body, { timeout: 30_000, ...(headers === undefined ? {} : { headers }) });
  return {
    server,
    nats,
    ask,
    async start(env = {}) {
      const program = greeterProgram({ NATS_URL: server.url, ...env });
      started.push(program);
      await program.printed(/"msg":"ready"/);
      return program;
    },
    cli: (...args) => run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', ['--server', server.url, ...args]),
    runs: async () => (await ask(`${NS}.svc.greeter.runs`)).json(),
    async stop() {
      await Promise.all(started.map((program) => program.stop()));
      await nats.close();
      await server.stop();
    },
  };
}

/** A greeter as a process, started and not waited for. */
export function greeterProgram(env: Record<string, string>): Program {
  const main = `${root}test/runtime/main-greeter.ts`;
  return new Program(process.execPath, ['--expose-gc', main], {
    env: { SEEDCORE_NS: NS, LOG_PRETTY: 'false', ...env },
  });
}

/** Resolves when the greeter has begun that many waits. */
export const waiting = (greeters: Greeters, count: number): Promise<true> =>
  until(`${count} waits`, async () => ((await greeters.runs()).wait >= count ? true : undefined));
