import { type MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import type { Clock, Random } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import type { Host } from '../host.ts';
import { silentLog } from '../log/log.ts';
import { openMetrics } from '../metrics/metrics.ts';

/** What a test host is made of; everything has a default. */
export type TestHostOptions = {
  readonly service?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly ns?: string;
  readonly bus?: MemoryBus;
  /** Hears that the service wants to be replaced. */
  readonly replace?: (why: string) => void;
};

/** A host without a network, to call a definition's `start` with. */
export function testHost<C>(config: C, options: TestHostOptions = {}): Host<C> {
  const { clock = new VirtualClock(), random = new SeededRandom(1), ns = 'test', service, bus } = options;
  const { replace = () => undefined } = options;
  const mesh = memoryMesh({ clock, random, ns, service, bus });
  const log = { log: silentLog, recentLog: () => [] };
  return { mesh, config, ...log, clock, random, instance: mesh.instance, metrics: openMetrics(), replace };
}
