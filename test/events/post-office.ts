import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { type Events, openEvents, openStore } from '@seedcore/store';
import { Program, root } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { NS } from './post.ts';

/** A reading of a letter, as it was told. */
export type Told = { readonly instance: string; readonly letter: string; readonly delivery: number };

/** A broker, a mesh beside it that keeps events too, posts as processes of their own, and what was read. */
export interface PostOffice {
  readonly server: RunningServer;
  readonly mesh: BusMesh;
  readonly events: Events;
  /** Every reading so far, by whatever process. */
  told(): readonly Told[];
  start(instance: string, env?: Record<string, string>): Program;
  stop(): Promise<void>;
}

const READ = /^read (\S+) (\S+) (\d+)$/gm;
const tellings = (output: string): Told[] =>
  [...output.matchAll(READ)].map(([, instance = '', letter = '', delivery]) => {
    return { instance, letter, delivery: Number(delivery) };
  });

/** Every pause between deliveries is the shortest there is. */
const hasty = { next: () => 0 };

/** A fresh broker; no post yet. */
export async function openPostOffice(): Promise<PostOffice> {
  const server = await startBroker();
  const mesh = await openMesh({ servers: server.url, ns: NS, instance: 'office', onDefect: () => {}, random: hasty });
  const events = openEvents(openStore(mesh));
  mesh.keepEventsIn(events);
  const programs: Program[] = [];
  return {
    server,
    mesh,
    events,
    told: () => programs.flatMap(({ output }) => tellings(output)),
    start(instance, env = {}) {
      const program = new Program(process.execPath, [`${root}test/events/main-post.ts`], {
        env: { NATS_URL: server.url, SEEDCORE_NS: NS, SEEDCORE_INSTANCE: instance, LOG_PRETTY: 'false', ...env },
      });
      programs.push(program);
      return program;
    },
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      await mesh.close();
      await server.stop();
    },
  };
}
