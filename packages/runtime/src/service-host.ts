import type { Mesh } from '@seedcore/mesh';
import { codecs, MeshError, type Service } from '@seedcore/protocol';
import type { z } from 'zod';
import type { Health, Info } from './builtin/builtin-contracts.ts';
import { serveBuiltins } from './builtin/serve-builtins.ts';
import type { ServiceDefinition } from './define-service.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Host, Running } from './host.ts';
import type { Identity } from './identity.ts';
import { ABORT_AFTER_MS, type Phase } from './lifecycle/lifecycle.ts';
import { pingService } from './lifecycle/ping-service.ts';
import { RequiredServices } from './lifecycle/required-services.ts';
import { RunningLifecycle } from './lifecycle/run-lifecycle.ts';
import type { Log } from './log/log.ts';
import { logServing } from './log/log-serving.ts';
import type { Metrics } from './metrics/metrics.ts';
import { processMetrics } from './metrics/process-metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { requireReplies, withReplays } from './replay/with-replays.ts';
import { Responder } from './responder.ts';
import { observers } from './serve/serve-observer.ts';
import { describedEndpoints } from './served/described.ts';
import { serveImplementation } from './served/serve-implementation.ts';

/** What a hosted service runs on. */
export type HostParts<C> = {
  readonly mesh: Mesh;
  readonly config: C;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly identity: Identity;
  /** Median delay of the event loop in the last second. */
  readonly loopDelayMs: () => number;
};

/** One service in one process, from `starting` to `stopped`. */
export class ServiceHost<S extends Service, C extends z.ZodObject> {
  readonly #definition: ServiceDefinition<S, C>;
  readonly #parts: HostParts<z.output<C>>;
  readonly #responder: Responder;
  readonly #lifecycle: RunningLifecycle;
  readonly #required: RequiredServices;
  readonly #beganAt: number;
  #running: Running<S> | undefined;
  #building: Promise<void> = Promise.resolve();
  #failed = false;
  /** The broker has taken note of every endpoint. */
  #reachable = false;

  constructor(definition: ServiceDefinition<S, C>, parts: HostParts<z.output<C>>) {
    this.#definition = definition;
    this.#parts = parts;
    const { clock } = parts.mesh;
    this.#beganAt = clock.now();
    this.#responder = this.#openResponder();
    this.#lifecycle = new RunningLifecycle({
      clock,
      open: () => this.#open(),
      drain: () => this.#drain(),
      abort: () => this.#responder.abort(),
      changed: (phase) => phase !== 'ready' && this.#say(phase),
    });
    this.#required = new RequiredServices(definition.requires ?? [], {
      clock,
      probe: (service) => pingService(service, parts.mesh),
      onAll: () => this.#lifecycle.handle('answered'),
    });
    processMetrics(parts.metrics, {
      identity: parts.identity,
      phase: () => this.#lifecycle.phase,
      connected: () => parts.mesh.transport.state === 'up',
      loopDelayMs: parts.loopDelayMs,
    });
  }

  /** Runs until somebody stops it; resolves with the code the process ends with. */
  async run(): Promise<ExitCode> {
    this.#building = this.#build();
    void this.#required.watch();
    const finished = await this.#lifecycle.stopped;
    this.#required.stop();
    this.#responder.close();
    await this.#parts.mesh.close();
    return finished && !this.#failed ? exitCode.clean : exitCode.unfinished;
  }

  /** Drains and ends; a second time: without patience. */
  stop(): void {
    this.#lifecycle.handle('stop');
  }

  /** What `health` says. */
  health(): Health {
    const phase = this.#lifecycle.phase;
    const missing = [...this.#required.missing(), ...(this.#running?.missing?.() ?? [])];
    const degradedBy = [...(this.#running?.degradedBy?.() ?? [])];
    const stuck = this.#responder.served.some(({ leaked, gate }) => leaked >= gate.limit / 2);
    return {
      live: !stuck,
      ready: phase === 'ready' && this.#reachable && this.#parts.mesh.transport.state === 'up',
      degraded: missing.length > 0 || degradedBy.length > 0,
      state: phase,
      missing,
      degraded_by: degradedBy,
      loop_delay_ms: Math.round(this.#parts.loopDelayMs()),
    };
  }

  /** What `info` says. */
  info(): Info {
    const { identity, mesh } = this.#parts;
    const { doc: _doc, ...shown } = identity;
    const limits = this.#responder.served.filter(({ builtin }) => !builtin).map(({ name, gate }) => [name, gate.limit]);
    return {
      ...shown,
      state: this.#lifecycle.phase,
      uptime_ms: Math.round(mesh.clock.now() - this.#beganAt),
      server: { version: mesh.broker?.version ?? 'none', api_level: mesh.broker?.apiLevel },
      codecs: codecs.map(({ type }) => type),
      limits: Object.fromEntries(limits),
      resources: [...mesh.resources()],
    };
  }

  async #build(): Promise<void> {
    const { mesh, config, log, metrics, identity } = this.#parts;
    const host: Host<z.output<C>> = {
      mesh,
      config,
      log,
      metrics,
      clock: mesh.clock,
      random: mesh.random,
      instance: identity.instance,
    };
    try {
      const running = await this.#definition.start(host);
      requireReplies(running);
      this.#running = running;
      this.#lifecycle.handle('built');
    } catch (err) {
      // Not a reply but the end of the process: there is nothing to serve.
      this.#failed = true;
      log.fatal({ err }, 'the service could not be started');
      this.#lifecycle.handle('stop');
    }
  }

  #open(): void {
    const running = this.#running;
    if (running === undefined) return;
    const implementation = withReplays(running, this.#replayPorts());
    this.#responder.open(serveImplementation(implementation, this.#parts.mesh.ns, running.limits));
    void this.#announce();
  }

  #replayPorts() {
    const { mesh, log, metrics } = this.#parts;
    const counted = metrics.counter({
      name: 'seedcore_replays_total',
      help: 'Stored replies given in place of a run.',
      labels: ['endpoint'],
    });
    return {
      clock: mesh.clock,
      replayed: (endpoint: string) => counted.add({ endpoint }),
      report: (key: string, err: unknown) => log.warn({ key, err }, 'a reply could not be kept'),
    };
  }

  /** Whoever reads "ready" may call at once, so it is said only when the broker knows where to send calls. */
  async #announce(): Promise<void> {
    const { transport } = this.#parts.mesh;
    try {
      await transport.flush();
    } catch (error) {
      // Without a connection there is nobody to tell; the next one begins with all subscriptions.
      if (!(error instanceof MeshError)) throw error;
    }
    this.#reachable = true;
    if (this.#lifecycle.phase === 'ready') this.#say('ready');
  }

  async #drain(): Promise<void> {
    await this.#responder.drain();
    await this.#building;
    await Promise.all([this.#responder.idle(), this.#running?.drain?.(ABORT_AFTER_MS)]);
  }

  #say(phase: Phase): void {
    const { log, mesh } = this.#parts;
    const missing = this.#required.missing().map(({ name }) => name);
    const ms = Math.round(mesh.clock.now() - this.#beganAt);
    log.info({ state: phase, ms, ...(missing.length === 0 ? {} : { missing }) }, phase);
  }

  #openResponder(): Responder {
    const { mesh, identity, log, metrics, loopDelayMs } = this.#parts;
    const { transport, clock, random, ns, payloads } = mesh;
    const { contract } = this.#definition;
    const view = { contract, ns, health: () => this.health(), info: () => this.info() };
    return new Responder({
      transport,
      clock,
      random,
      payloads,
      identity,
      builtins: serveBuiltins(view),
      described: describedEndpoints(contract, ns),
      observer: observers([logServing(log, clock), serveMetrics(metrics, () => this.#responder.served)]),
      lagMs: loopDelayMs,
      onDrain: () => this.stop(),
    });
  }
}
