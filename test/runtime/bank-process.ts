import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { Program, root } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { ABORTED, NS, RAN } from './bank.ts';

/** A broker, banks as processes of their own by instance, a mesh that calls them, and what they told. */
export interface Banks {
  readonly server: RunningServer;
  readonly mesh: BusMesh;
  readonly programs: Map<string, Program>;
  /** Instances, one entry per run and per abort. */
  readonly told: { readonly ran: string[]; readonly aborted: string[] };
  /** Starts one more bank and waits until it is ready. */
  start(instance: string): Promise<void>;
  stop(): Promise<void>;
}

/** A bank as a process, started and not waited for. */
export const bankProgram = (url: string, env: Record<string, string>): Program =>
  new Program(process.execPath, [`${root}test/runtime/main-bank.ts`], {
    env: { NATS_URL: url, SEEDCORE_NS: NS, LOG_PRETTY: 'false', ...env },
  });

/** A fresh broker and a mesh that calls; no bank yet. */
export async function startBanks(): Promise<Banks> {
  const server = await startBroker();
  const mesh = await openMesh({ servers: server.url, ns: NS });
  const told = { ran: [] as string[], aborted: [] as string[] };
  mesh.transport.subscribe(RAN, ({ data }) => told.ran.push(new TextDecoder().decode(data)));
  mesh.transport.subscribe(ABORTED, ({ data }) => told.aborted.push(new TextDecoder().decode(data)));
  await mesh.transport.flush();
  const programs = new Map<string, Program>();
  return {
    server,
    mesh,
    programs,
    told,
    async start(instance) {
      const program = bankProgram(server.url, { SEEDCORE_INSTANCE: instance });
      programs.set(instance, program);
      await program.printed(/"msg":"ready"/);
    },
    async stop() {
      await Promise.all([...programs.values()].map((program) => program.stop()));
      await mesh.close();
      await server.stop();
    },
  };
}
