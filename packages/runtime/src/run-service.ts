import { type Mesh, systemClock, systemRandom } from '@seedcore/mesh';
import { randomText, type Service } from '@seedcore/protocol';
import type { z } from 'zod';
import { measureLoopDelay } from './clock-loop-delay.ts';
import { checkingIn } from './config/base-config.ts';
import { type ConfigProblem, configReport, type Env, type ReadConfig, readConfig } from './config/read-config.ts';
import { connectBroker } from './connect-broker.ts';
import type { ServiceDefinition } from './define-service.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type Identity, identityOf } from './identity.ts';
import { leave } from './leave.ts';
import type { Log } from './log/log.ts';
import { LogLevel } from './log/log-level.ts';
import { logMesh } from './log/log-mesh.ts';
import { LogRing } from './log/log-ring.ts';
import { openProcessLog } from './log/open-process-log.ts';
import { meshMetrics } from './metrics/mesh-metrics.ts';
import { openMetrics } from './metrics/metrics.ts';
import { openMetricsServer } from './metrics/metrics-server.ts';
import { ServiceHost } from './service-host.ts';
import { openTraces } from './trace/open-traces.ts';

const INSTANCE_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Runs a service as this process until a signal ends it: configuration, log, mesh, responder, service, ready. */
export async function runService<S extends Service, C extends z.ZodObject>(
  definition: ServiceDefinition<S, C>,
  env: Env,
): Promise<never> {
  return leave(await serve(definition, env));
}

type Good<C extends z.ZodObject> = Extract<ReadConfig<C>, { ok: true }>;
type Process = {
  readonly identity: Identity;
  readonly log: Log;
  readonly level: LogLevel;
  readonly ring: LogRing;
  readonly mesh: Mesh;
  readonly stops: StopSignals;
};

async function serve<S extends Service, C extends z.ZodObject>(
  definition: ServiceDefinition<S, C>,
  env: Env,
): Promise<ExitCode> {
  const { contract } = definition;
  const config = readConfig(definition.config, env);
  if (!config.ok) return badConfig(contract.name, config.problems);
  const { ns, base } = config;
  const instance = base.SEEDCORE_INSTANCE ?? `${contract.name}-${randomText(systemRandom, INSTANCE_LETTERS, 8)}`;
  const identity = identityOf(contract, { ns, instance, startedWallMs: systemClock.wallMs() });
  const level = new LogLevel(base.LOG_LEVEL);
  const ring = new LogRing();
  const log = openProcessLog(base, contract, { identity, clock: systemClock, level, ring });
  if (base.SEEDCORE_FAULTS) log.warn('faults can be switched on in this process: SEEDCORE_FAULTS');
  process.on('uncaughtExceptionMonitor', (err) => log.fatal({ err }, 'uncaught'));
  const stops = new StopSignals();
  const mesh = await connectBroker(base, { ns, service: contract.name, instance }, log);
  return mesh === undefined ? exitCode.noBroker : host(definition, config, { identity, log, level, ring, mesh, stops });
}

async function host<S extends Service, C extends z.ZodObject>(
  definition: ServiceDefinition<S, C>,
  { base, own }: Good<C>,
  { identity, log, level, ring, mesh, stops }: Process,
): Promise<ExitCode> {
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  mesh.observe(logMesh(log, mesh.clock));
  const traces = await openTraces(base, { mesh, identity, log, metrics });
  const loop = measureLoopDelay(systemClock);
  const hosted = new ServiceHost(definition, {
    mesh,
    config: own,
    log,
    metrics,
    identity,
    loopDelayMs: () => loop.medianMs(),
    checking: checkingIn(base.NODE_ENV),
    logLevel: (wanted) => level.set(wanted),
    recentLog: () => ring.lines(),
  });
  stops.means(() => hosted.stop());
  const address = { host: base.METRICS_HOST, port: base.METRICS_PORT };
  const problem = await openMetricsServer({ metrics, health: () => hosted.health() }, address);
  if (problem !== undefined) return badConfig(identity.service, [problem]);
  const code = await hosted.run();
  await traces.close();
  return code;
}

function badConfig(service: string, problems: readonly ConfigProblem[]): ExitCode {
  process.stderr.write(configReport(service, problems));
  return exitCode.config;
}

/** Ctrl-C reaches a whole process group, whose supervisor then signals again: within this time both mean one. In ms. */
const SAME_SIGNAL_MS = 1_000;

/** SIGTERM and SIGINT; until there is something to drain they simply end the process. */
class StopSignals {
  #stop: () => void = () => process.exit(exitCode.clean);
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor() {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#heard());
  }

  #heard(): void {
    const now = systemClock.now();
    if (now - this.#heardAt < SAME_SIGNAL_MS) return;
    this.#heardAt = now;
    this.#stop();
  }

  /** From now on they mean this. */
  means(stop: () => void): void {
    this.#stop = stop;
  }
}
