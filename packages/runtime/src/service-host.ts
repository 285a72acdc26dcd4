import type { Brownout, Mesh, PresenceFacts, Present } from '@seedcore/mesh';
import { type Checking, codecs, MeshError, type Service } from '@seedcore/protocol';
import type { z } from 'zod';
import { ServiceBrownout } from './brownout/service-brownout.ts';
import type { Health, Info } from './builtin/builtin-contracts.ts';
import { serveBuiltins } from './builtin/serve-builtins.ts';
import { announceRejected } from './config/announce-rejected.ts';
import { watchEndpointKnobs, watchLogLevel } from './config/host-knobs.ts';
import type { ServiceDefinition } from './define-service.ts';
import { requireEvents } from './events/require-events.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Host, Running } from './host.ts';
import type { Identity } from './identity.ts';
import { ABORT_AFTER_MS, type Phase } from './lifecycle/lifecycle.ts';
import { pingService } from './lifecycle/ping-service.ts';
import { RequiredServices } from './lifecycle/required-services.ts';
import { RunningLifecycle } from './lifecycle/run-lifecycle.ts';
import type { Log } from './log/log.ts';
import type { Level } from './log/log-level.ts';
import { logServing } from './log/log-serving.ts';
import { sensitiveNames } from './log/sensitive-names.ts';
import { metricOf } from './metrics/metric-table.ts';
import type { Metrics } from './metrics/metrics.ts';
import { processMetrics } from './metrics/process-metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { presenceFacts } from './presence/presence-facts.ts';
import { requireReplies, withReplays } from './replay/with-replays.ts';
import { Responder } from './responder.ts';
import { ForbiddenEndpoints } from './serve/forbidden-endpoints.ts';
import { observers } from './serve/serve-observer.ts';
import { describedEndpoints } from './served/described.ts';
import { serveImplementation } from './served/serve-implementation.ts';
import { traceServing } from './trace/trace-serving.ts';

/** What a hosted service runs on. */
export type HostParts<C> = {
  readonly mesh: Mesh;
  readonly config: C;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly identity: Identity;
  /** Median delay of the event loop in the last second. */
  readonly loopDelayMs: () => number;
  /** How outputs are checked where no setting says otherwise. */
  readonly checking: Checking;
  /** Writes lines from this level on, without one from the usual one. */
  readonly logLevel: (level: Level | undefined) => void;
  /** The newest lines of the log, oldest first; none where nobody keeps them. */
  readonly recentLog?: () => readonly string[];
};

/** One service in one process, from `starting` to `stopped`. */
export class ServiceHost<S extends Service, C extends z.ZodObject> {
  readonly #definition: ServiceDefinition<S, C>;
  readonly #parts: HostParts<z.output<C>>;
  readonly #responder: Responder;
  readonly #brownout: Brownout;
  readonly #forbidden: ForbiddenEndpoints;
  readonly #lifecycle: RunningLifecycle;
  readonly #required: RequiredServices;
  readonly #beganAt: number;
  #running: Running<S> | undefined;
  #present: Present | undefined;
  #building: Promise<void> = Promise.resolve();
  #failed = false;
  #replaced = false;
  /** The broker has taken note of every endpoint. */
  #reachable = false;

  constructor(definition: ServiceDefinition<S, C>, parts: HostParts<z.output<C>>) {
    this.#definition = definition;
    this.#parts = parts;
    const { clock } = parts.mesh;
    this.#beganAt = clock.now();
    this.#brownout = new ServiceBrownout(parts.mesh.brownout(), clock, () => this.#responder.served);
    this.#responder = this.#openResponder();
    watchLogLevel(parts.mesh.config, parts.identity.service, parts.logLevel);
    this.#forbidden = new ForbiddenEndpoints(definition.contract, parts.mesh.ns, parts.log);
    parts.mesh.observe(this.#forbidden);
    announceRejected(parts.mesh, parts.identity);
    this.#lifecycle = new RunningLifecycle({
      clock,
      open: () => this.#open(),
      drain: () => this.#drain(),
      abort: () => this.#responder.abort(),
      changed: (phase) => this.#changed(phase),
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
      brownoutLevel: () => this.#brownout.level,
    });
  }

  /** Runs until somebody stops it; resolves with the code the process ends with. */
  async run(): Promise<ExitCode> {
    this.#present = this.#parts.mesh.present(() => this.#presence());
    this.#building = this.#build();
    void this.#required.watch();
    const finished = await this.#lifecycle.stopped;
    this.#required.stop();
    await this.#present.end();
    await this.#responder.close();
    await this.#parts.mesh.close();
    if (this.#replaced) return exitCode.replaceMe;
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
    const troubles = [...this.#parts.mesh.troubles(), ...this.#forbidden.troubles()];
    const degradedBy = [...troubles, ...(this.#running?.degradedBy?.() ?? [])];
    const stuck = this.#responder.served.some(({ leaked, gate }) => leaked >= gate.limit / 2);
    return {
      live: !stuck,
      ready: this.#ready,
      degraded: missing.length > 0 || degradedBy.length > 0,
      state: phase,
      missing,
      degraded_by: degradedBy,
      brownout: this.#brownout.level,
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

  get #ready(): boolean {
    return this.#lifecycle.phase === 'ready' && this.#reachable && this.#parts.mesh.transport.state === 'up';
  }

  #presence(): PresenceFacts {
    const { identity, loopDelayMs } = this.#parts;
    const { phase } = this.#lifecycle;
    const { served } = this.#responder;
    return presenceFacts({ identity, phase, ready: this.#ready, served, loopDelayMs: loopDelayMs() });
  }

  async #build(): Promise<void> {
    const { mesh, config, log, metrics, identity, recentLog = () => [] } = this.#parts;
    const host: Host<z.output<C>> = {
      mesh,
      config,
      log,
      recentLog,
      metrics,
      clock: mesh.clock,
      random: mesh.random,
      instance: identity.instance,
      replace: (why) => this.#replace(why),
    };
    try {
      const running = await this.#definition.start(host);
      requireReplies(running);
      requireEvents(this.#definition.contract, mesh);
      this.#running = running;
      this.#lifecycle.handle('built');
    } catch (err) {
      // Not a reply but the end of the process: there is nothing to serve.
      this.#failed = true;
      log.fatal({ err }, 'the service could not be started');
      this.#lifecycle.handle('stop');
    }
  }

  #replace(why: string): void {
    if (this.#replaced) return;
    this.#replaced = true;
    this.#parts.log.error({ why }, 'a fresh process is needed');
    this.stop();
  }

  #open(): void {
    const running = this.#running;
    if (running === undefined) return;
    const { mesh, checking } = this.#parts;
    const implementation = withReplays(running, this.#replayPorts());
    const own = serveImplementation(implementation, { ns: mesh.ns, limits: running.limits, checking });
    const also = running.also?.((one, limits) => serveImplementation(one, { ns: mesh.ns, limits, checking })) ?? [];
    const endpoints = [...own, ...also];
    for (const endpoint of endpoints) watchEndpointKnobs(mesh, endpoint);
    mesh.config.complete(endpoints.map(({ name }) => name));
    this.#responder.open(endpoints);
    void this.#announce();
  }

  /** Nobody is sent here any more before the first endpoint is left. */
  #changed(phase: Phase): void {
    this.#present?.changed();
    if (phase !== 'ready') this.#say(phase);
  }

  #replayPorts() {
    const { mesh, log, metrics } = this.#parts;
    const counted = metrics.counter(metricOf('replays_total'));
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
    this.#present?.changed();
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
    const { transport, clock, random, ns, payloads, tracing } = mesh;
    const { instance } = identity;
    const { contract } = this.#definition;
    const view = { contract, ns, health: () => this.health(), info: () => this.info() };
    return new Responder({
      transport,
      clock,
      random,
      payloads,
      identity,
      tracing,
      builtins: serveBuiltins(view),
      described: describedEndpoints(contract, ns),
      observer: observers([
        logServing(log, clock, sensitiveNames(contract)),
        serveMetrics(metrics, () => this.#responder.served),
        ...(tracing.on ? [traceServing({ tracing, clock, random, instance })] : []),
      ]),
      brownout: this.#brownout,
      lagMs: loopDelayMs,
      onDrain: () => this.stop(),
    });
  }
}
