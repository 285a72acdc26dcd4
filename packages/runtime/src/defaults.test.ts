import { expect, test } from 'vitest';
import { baseConfig } from './config/base-config.ts';
import { exitCode } from './exit-code.ts';
import { ABORT_AFTER_MS, GIVE_UP_AFTER_MS, WAIT_FOR_REQUIRED_MS } from './lifecycle/lifecycle.ts';
import { MAX_SERIES } from './metrics/metrics.ts';
import { CLAIM_GRACE_MS } from './replay/replaying.ts';
import { BEAT_MS, STALL_MS } from './stream/reply-stream.ts';

/** What the documents say, in this test's own words; times in ms. */
test.each<readonly [string, unknown, unknown]>([
  ['wait for required services', WAIT_FOR_REQUIRED_MS, 15_000],
  ['drain until the rest is aborted', ABORT_AFTER_MS, 25_000],
  ['drain until the rest is given up', GIVE_UP_AFTER_MS, 30_000],
  ['exit codes', exitCode, { clean: 0, unfinished: 1, noBroker: 69, replaceMe: 75, config: 78 }],
  ['series of a process', MAX_SERIES, 2_000],
  ['beat of a silent stream', BEAT_MS, 10_000],
  ['patience with a reader that takes nothing', STALL_MS, 30_000],
  ['life of a claim beyond its call', CLAIM_GRACE_MS, 5_000],
  [
    'configuration of a process nobody configured',
    baseConfig.parse({}),
    {
      NATS_URL: 'nats://127.0.0.1:4222',
      LOG_LEVEL: 'info',
      METRICS_PORT: 0,
      METRICS_HOST: '127.0.0.1',
      SEEDCORE_REPLICAS: '1',
      SEEDCORE_FAULTS: false,
      OTEL_TRACES_SAMPLER_ARG: 0.01,
    },
  ],
])('mesh.A2: the documented %s', (_what, actual, documented) => {
  expect(actual).toEqual(documented);
});
