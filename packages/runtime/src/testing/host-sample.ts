import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { defaultRetry } from '@seedcore/resilience';
import { vi } from 'vitest';
import { z } from 'zod';
import { defineService } from '../define-service.ts';
import type { Host, Running } from '../host.ts';
import { identityOf } from '../identity.ts';
import { type Log, silentLog } from '../log/log.ts';
import { logMesh } from '../log/log-mesh.ts';
import { meshMetrics } from '../metrics/mesh-metrics.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { ServiceHost } from '../service-host.ts';
import { sample as contract, type sample, sampleService } from './sample-service.ts';

/** What is special about a hosted sample. */
export type Wish = {
  flush?: () => Promise<void>;
  requires?: string[];
  running?: Partial<Running<typeof sample>>;
  start?: () => Promise<never>;
  log?: Log;
  /** Is given the host the service is given. */
  begun?: (host: Host<object>) => void;
  /** In place of the sample's own, whatever they return. */
  handlers?: Partial<Record<keyof typeof sample.endpoints, unknown>>;
};

/** The sample service, hosted on a bus in memory, and a caller beside it. */
export function hostSample(wish: Wish = {}) {
  const { requires = [], running = {}, start, log = silentLog, flush, begun, handlers = {} } = wish;
  const clock = new VirtualClock();
  const random = new SeededRandom(3);
  const bus = new MemoryBus({ clock, random });
  const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: 'sample', instance: 'one' });
  if (flush !== undefined) vi.spyOn(mesh.transport, 'flush').mockImplementation(flush);
  const { implementation, seen } = sampleService(clock);
  Object.assign(implementation.handlers, handlers);
  const definition = defineService({
    contract,
    config: z.object({}),
    requires,
    start: async (host) => {
      begun?.(host);
      return start === undefined ? { implementation, ...running } : start();
    },
  });
  const identity = identityOf(contract, { ns: 'test', instance: 'one', startedWallMs: clock.wallMs() });
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  mesh.observe(logMesh(log, mesh.clock));
  const levels: unknown[] = [];
  const hosted = new ServiceHost(definition, {
    mesh,
    config: {},
    log,
    metrics,
    identity,
    loopDelayMs: () => 0,
    checking: 'always',
    logLevel: (level) => levels.push(level),
  });
  const ended: number[] = [];
  void hosted.run().then((code) => ended.push(code));
  const caller = memoryMesh({ clock, random, bus, ns: 'test' });
  const client = caller.client(contract, { retry: { ...defaultRetry, max: 1 } });
  return { clock, bus, hosted, ended, caller, client, seen, metrics, levels };
}
