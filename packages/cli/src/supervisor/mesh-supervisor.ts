import { join } from 'node:path';
import type { Mesh } from '@seedcore/mesh';
import type { RunningServer } from '@seedcore/nats-dev';
import { randomText, type Timer } from '@seedcore/protocol';
import type { ServiceName } from '../arguments/service-names.ts';
import { removeState, writeState } from '../data-folder.ts';
import type { Surroundings } from '../surroundings.ts';
import { boundLog } from './bounded-log.ts';
import { ServerKeeper } from './keep-server.ts';
import { entryOf, launchService } from './launch-service.ts';
import type { MeshState, ProcessLine } from './state-file.ts';
import { type StopReport, SupervisedProcess } from './supervised-process.ts';

/** What one mesh on this machine is made of. */
export interface SupervisorParts {
  readonly surroundings: Surroundings;
  readonly folder: string;
  readonly ns: string;
  readonly url: string;
  readonly services: readonly ServiceName[];
  readonly logLevel: string;
  readonly verbose: boolean;
  /** This very process, as others will recognise it. */
  readonly self: { readonly pid: number; readonly marker: string };
  /** Absent when somebody else runs the broker. */
  readonly server?: RunningServer | undefined;
  /** The connection readiness is asked over; there once the broker is. */
  mesh(): Mesh;
}

/** A service gets this long to finish its work before it is killed, in ms: 5 s more than it grants itself. */
const graceMs = 35_000;
const boundLogsMs = 30_000;

/** Runs the broker and the services of one data folder, and writes down how they are. */
export class MeshSupervisor {
  readonly #parts: SupervisorParts;
  readonly #startedAt: number;
  readonly #keeper: ServerKeeper | undefined;
  readonly #services: ReadonlyMap<ServiceName, SupervisedProcess>;
  #sweep: Timer | undefined;
  #over = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    const { surroundings, server, services } = parts;
    this.#startedAt = surroundings.clock.wallMs();
    this.#services = new Map(services.map((name) => [name, this.#supervise(name)]));
    const ports = { clock: surroundings.clock, say: surroundings.out, changed: () => this.#record() };
    this.#keeper = server && new ServerKeeper(server, ports);
    this.#record();
    this.#boundLogs();
  }

  /** Starts every service; resolves when all are ready, rejects when one is given up. */
  async start(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.start()));
  }

  /** Process number of a service at this moment; 0 when it has none. */
  pidOf(name: ServiceName): number {
    return this.#services.get(name)?.line().pid ?? 0;
  }

  /** Names of the services that are not ready. */
  notReady(): string[] {
    return [...this.#services].filter(([, service]) => service.line().state !== 'ready').map(([name]) => name);
  }

  /** Ends the services in order: each finishes what it began. */
  drain(): Promise<StopReport[]> {
    return Promise.all([...this.#services.values()].map((service) => service.stop(graceMs)));
  }

  /** Ends the services at once. */
  kill(): void {
    for (const service of this.#services.values()) service.kill();
  }

  /** Ends the broker, if it is ours, and forgets the state; call after `drain`. */
  async end(): Promise<void> {
    this.#over = true;
    this.#sweep?.cancel();
    await this.#keeper?.stop();
    removeState(this.#parts.folder);
  }

  /** Every process, the broker first. */
  lines(): ProcessLine[] {
    const own = [...this.#services.values()].map((service) => service.line());
    return this.#keeper ? [this.#keeper.line(), ...own] : own;
  }

  #supervise(name: ServiceName): SupervisedProcess {
    const { surroundings, folder, mesh } = this.#parts;
    return new SupervisedProcess({
      clock: surroundings.clock,
      name,
      marker: entryOf(name),
      launch: () =>
        launchService(
          {
            name,
            instance: this.#instance(name),
            env: this.#env(),
            logFile: logOf(folder, name),
            echo: this.#echo(name),
          },
          mesh,
        ),
      say: surroundings.out,
      changed: () => this.#record(),
    });
  }

  #instance(name: string): string {
    return `${name}-${randomText(this.#parts.surroundings.random, 'abcdefghijklmnopqrstuvwxyz0123456789', 8)}`;
  }

  #env(): Record<string, string> {
    const { url, ns, logLevel, verbose, folder } = this.#parts;
    return {
      NATS_URL: url,
      SEEDCORE_NS: ns,
      LOG_LEVEL: logLevel,
      LOG_PRETTY: String(verbose),
      // The six share most of their code; compiled code is read by whoever starts next.
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
    };
  }

  #echo(name: string): ((line: string) => void) | undefined {
    const { verbose, surroundings } = this.#parts;
    return verbose
      ? (line) => surroundings.note(`${surroundings.styles.dim(`${name.padEnd(12)}|`)} ${line}`)
      : undefined;
  }

  #record(): void {
    // The first changes come while this object is still being made, the last ones when the file is gone already.
    if (this.#services && !this.#over) writeState(this.#parts.folder, this.#state());
  }

  #state(): MeshState {
    const { ns, url, self } = this.#parts;
    const supervisor = { ...self, name: 'up', state: 'ready', restarts: 0, startedAt: this.#startedAt } as const;
    return { version: 1, ns, url, supervisor, processes: this.lines() };
  }

  #boundLogs(): void {
    for (const name of this.#services.keys()) boundLog(logOf(this.#parts.folder, name));
    this.#sweep = this.#parts.surroundings.clock.after(boundLogsMs, () => this.#boundLogs());
  }
}

/** The file a service's output goes to. */
export function logOf(folder: string, name: string): string {
  return join(folder, 'logs', `${name}.log`);
}
