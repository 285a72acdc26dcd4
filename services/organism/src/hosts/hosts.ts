import type { Call } from '@seedcore/protocol';
import type { Handed, WorkerMessage } from '../workers/worker-door.ts';
import type { AgentQuestion, AgentReport } from './agent-report.ts';
import type { AgentRun, AgentRunReply, HostDesk } from './host-desk.ts';

/** Every replica by the name of its instance: this one is asked directly, the others over the mesh. */
export interface Hosts {
  /** What the agents of one host say of themselves; undefined when it has not answered `ms` later. */
  ask(host: string, question: AgentQuestion, ms: number): Promise<readonly AgentReport[] | undefined>;
  /** Runs a task on an agent of one host. @throws MeshError `no_responder` or `deadline_exceeded` when it does not answer */
  run(host: string, run: AgentRun, call: Call): Promise<AgentRunReply>;
  /**
   * Hands a message of a worker to the replica that keeps it; `absent` when there is no such replica.
   *
   * @throws MeshError `unavailable` when it does not answer `ms` later
   */
  handOn(host: string, message: WorkerMessage, ms: number): Promise<Handed | 'absent'>;
  /** Answers the messages of workers that others hand on. */
  serveWorkers(answer: (message: WorkerMessage) => Promise<Handed>): void;
  /** Answers what others ask this host. */
  serve(desk: Pick<HostDesk, 'ask' | 'run'>): void;
}
