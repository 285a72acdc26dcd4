import { join } from 'node:path';
import type { Mesh } from '@seedcore/mesh';
import { commandLine, withoutCredentials } from '@seedcore/nats-dev';
import { delay, namespaceOf } from '@seedcore/protocol';
import { chosenServices, serviceNames } from '../arguments/service-names.ts';
import { connectTo } from '../connection.ts';
import { dataFolder, prepareFolder, readState, root } from '../data-folder.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { lastLogLines } from '../output/last-log-lines.ts';
import { counted, duration } from '../output/quantity.ts';
import { runSample } from '../sample/run-sample.ts';
import { endProcess } from '../supervisor/leftovers.ts';
import { logOf, MeshSupervisor } from '../supervisor/mesh-supervisor.ts';
import { type Broker, type BrokerWish, startBroker } from '../supervisor/start-broker.ts';
import { judgeLeftover } from '../supervisor/state-file.ts';
import type { StopSignals } from '../supervisor/stop-signals.ts';
import { taskCounts } from '../supervisor/task-counts.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { tellRunning } from './running-already.ts';

/** Options of `up`. */
export interface UpOptions extends GlobalOptions {
  readonly services?: string;
  readonly nats?: string;
  readonly port?: string;
  readonly bare?: boolean;
  readonly logLevel?: string;
  readonly verbose?: boolean;
}

/** All services must be ready within this time, in ms. */
const readyMs = 60_000;

/** Starts the mesh of this machine, runs the sample, and stays until it is asked to stop. */
export async function up(options: UpOptions, surroundings: Surroundings, signals: StopSignals): Promise<ExitCode> {
  const folder = dataFolder(options.data, surroundings.env);
  const services = chosenServices(options.services);
  const port = portOf(options.port);
  prepareFolder(folder);
  const leftover = judgeLeftover(readState(folder), commandLine);
  if (leftover.kind === 'running') return tellRunning(leftover.state, surroundings);
  if (leftover.kind === 'orphans') {
    surroundings.out(`ending ${counted(leftover.orphans.length, 'process')} that an earlier run left behind`);
    await Promise.all(leftover.orphans.map((orphan) => endProcess(orphan, surroundings.clock, 10_000)));
  }
  const interrupted = signals.first.then((name) => {
    throw new CommandError(`${name}: stopped before there was a NATS server`);
  });
  const broker = await Promise.race([startBroker({ folder, port, options, surroundings }), interrupted]);
  return new Up({ options, surroundings, folder, services, broker, signals }).run();
}

function portOf(text: string | undefined): BrokerWish['port'] {
  const number = text === undefined ? 4222 : Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return { number, strict: text !== undefined };
  throw new CommandError(`--port ${text}: a port is a number from 1 to 65535, 0 for any free one`, exitCodes.usage);
}

interface UpParts {
  readonly options: UpOptions;
  readonly surroundings: Surroundings;
  readonly folder: string;
  readonly services: ReturnType<typeof chosenServices>;
  readonly broker: Broker;
  readonly signals: StopSignals;
}

/** One run of the mesh, from the broker being there to everything being gone. */
class Up {
  readonly #parts: UpParts;
  readonly #ns: string;
  #mesh: Mesh | undefined;

  constructor(parts: UpParts) {
    this.#parts = parts;
    this.#ns = parts.options.ns ?? namespaceOf(parts.surroundings.env);
  }

  async run(): Promise<ExitCode> {
    const { surroundings, broker, signals } = this.#parts;
    const supervisor = this.#supervisor();
    const asked = signals.first;
    try {
      this.#mesh = await connectTo({ url: broker.url, from: broker.from }, this.#ns);
      const start = await Promise.race([this.#start(supervisor), asked.then(() => 'asked to stop' as const)]);
      if (start === 'up') this.#printAddresses();
      surroundings.note(`${await asked}: finishing what is under way`);
      return await this.#stop(supervisor);
    } catch (error) {
      supervisor.kill();
      await supervisor.drain();
      throw error;
    } finally {
      await this.#mesh?.close();
      await supervisor.end();
    }
  }

  #supervisor(): MeshSupervisor {
    const { options, surroundings, folder, services, broker } = this.#parts;
    return new MeshSupervisor({
      surroundings,
      folder,
      ns: this.#ns,
      url: broker.url,
      services,
      logLevel: options.logLevel ?? surroundings.env['LOG_LEVEL'] ?? 'info',
      verbose: options.verbose ?? false,
      self: { pid: process.pid, marker: commandLine(process.pid) ?? 'seedcore' },
      server: broker.server,
      mesh: () => this.#connected(),
    });
  }

  #connected(): Mesh {
    if (!this.#mesh) throw new Error('not connected yet');
    return this.#mesh;
  }

  async #start(supervisor: MeshSupervisor): Promise<'up'> {
    const { surroundings, options, services } = this.#parts;
    const late = delay(surroundings.clock, readyMs).then(() => {
      throw new Error(`not ready after ${duration(readyMs)}: ${supervisor.notReady().join(', ')}`);
    });
    await Promise.race([supervisor.start(), late]).catch((cause: unknown) => {
      throw new CommandError(this.#explain(cause, supervisor), exitCodes.failed, { cause });
    });
    late.catch(() => undefined); // everything was ready in time
    const whole = services.length === serviceNames.length;
    if (!options.bare && whole) await this.#sample(supervisor);
    else if (!options.bare) surroundings.out('The sample needs all six services; it is left out.');
    return 'up';
  }

  /** A sample that fails is worth telling, not worth ending the mesh. */
  async #sample(supervisor: MeshSupervisor): Promise<void> {
    const { surroundings } = this.#parts;
    try {
      await runSample({ mesh: this.#connected(), surroundings, pidOf: (name) => supervisor.pidOf(name) });
    } catch (error) {
      surroundings.note(`the sample could not be finished: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** The reason, with the end of the log of each service that is not ready. */
  #explain(cause: unknown, supervisor: MeshSupervisor): string {
    const logs = supervisor.notReady().flatMap((name) => {
      const file = logOf(this.#parts.folder, name);
      return [`${file}:`, ...lastLogLines(file, 10).map((line) => `  ${line}`)];
    });
    return [cause instanceof Error ? cause.message : String(cause), ...logs].join('\n');
  }

  #printAddresses(): void {
    const { surroundings, broker, folder } = this.#parts;
    const { out, styles } = surroundings;
    const url = withoutCredentials(broker.url);
    const usual = folder === join(root, '.seedcore');
    const ours = usual ? '' : ` --server ${url}`;
    const plain = url === 'nats://127.0.0.1:4222' ? '' : ` --server ${url}`;
    out('');
    out(`${styles.bold('NATS')}  ${url}   namespace ${this.#ns}   logs ${join(folder, 'logs')}`);
    out('');
    out(`  npx seedcore ls${ours}`);
    out(`  npx seedcore task run analyze_series '{"values":[1,1,2,1,9]}'${ours}`);
    out(`  nats${plain} req ${this.#ns}.svc.coordinator.get_system_status ''`);
    out(`  nats${plain} sub '${this.#ns}.evt.>'`);
    out('');
    out('Ctrl-C finishes what is under way and stops.');
  }

  async #stop(supervisor: MeshSupervisor): Promise<ExitCode> {
    const { surroundings, signals, services } = this.#parts;
    signals.onFurther(() => supervisor.kill());
    const tasks = this.#mesh && services.includes('coordinator') ? await taskCounts(this.#mesh) : undefined;
    const reports = await supervisor.drain();
    for (const { name, clean, how, ms } of reports) {
      surroundings.out(`${name.padEnd(12)} ${clean ? 'finished' : how} in ${duration(ms)}`);
    }
    if (tasks) surroundings.out(tasks);
    return reports.every(({ clean }) => clean) ? exitCodes.ok : exitCodes.failed;
  }
}
