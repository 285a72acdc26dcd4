import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineService } from '../define-service.ts';
import { identityOf } from '../identity.ts';
import { silentLog } from '../log/log.ts';
import { ServiceHost } from '../service-host.ts';
import { sample, sampleService } from '../testing/sample-service.ts';
import { meshMetrics } from './mesh-metrics.ts';
import { openMetrics } from './metrics.ts';
import { SECONDS } from './series.ts';

/** The documented list: name and labels, prefix `seedcore_`. */
const DOCUMENTED = `
histogram call_duration_seconds{service,endpoint,outcome}
counter attempts_total{service,endpoint,code}
counter retries_total{service,endpoint,decision}
gauge breaker_state{service,endpoint}
counter breaker_transitions_total{service,endpoint,to,reason}
gauge ejected_instances{service}
gauge panic{service}
counter hedges_total{service,endpoint,outcome}
gauge client_in_flight{service,endpoint}
gauge client_queued{service,endpoint}
counter fallbacks_total{service,endpoint,source}
counter coalesced_total{service,endpoint}
counter refused_locally_total{service,endpoint,reason}
histogram request_duration_seconds{endpoint,code}
histogram queue_seconds{endpoint}
gauge in_flight{endpoint}
gauge limit{endpoint}
gauge queued{endpoint,criticality}
counter refused_total{endpoint,reason}
counter degraded_total{endpoint,source}
gauge leaked_handlers{}
gauge brownout_level{}
gauge lifecycle{state}
gauge utilisation{}
gauge connected{}
counter reconnects_total{}
counter late_replies_total{}
counter events_total{event,direction,outcome}
counter call_records_dropped_total{}
counter config_rejected_total{}
counter faults_total{kind}
gauge event_loop_delay_seconds{}
counter series_dropped_total{}
gauge build_info{version,contract}`;

test('mesh.A2: a hosted process has exactly the documented metrics', () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1), service: 'sample' });
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  const { implementation } = sampleService(clock);
  const definition = defineService({ contract: sample, config: z.object({}), start: async () => ({ implementation }) });
  const identity = identityOf(sample, { ns: 'test', instance: 'one', startedWallMs: 0 });
  new ServiceHost(definition, {
    mesh,
    config: {},
    log: silentLog,
    metrics,
    identity,
    loopDelayMs: () => 0,
    checking: 'always',
    logLevel: () => undefined,
  });
  const shown = metrics.families.map(
    ({ kind, spec }) => `${kind} ${spec.name.replace('seedcore_', '')}{${(spec.labels ?? []).join()}}`,
  );
  expect([...shown].sort()).toEqual(DOCUMENTED.trim().split('\n').sort());
});

test('mesh.A2: the buckets are the documented ones', () => {
  const documented = '.001 .0025 .005 .01 .025 .05 .1 .25 .5 1 2.5 5 10 30 60 120';
  expect(SECONDS).toEqual(documented.split(' ').map(Number));
});
