import type { Mesh, MeshConfig } from '@seedcore/mesh';
import { validate } from '@seedcore/protocol';
import { defaultLimit, type LimitPolicy } from '@seedcore/resilience';
import { z } from 'zod';
import { type Level, logLevels } from '../log/log-level.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

const MAX_LIMIT = 10_000;

const limit = z.custom<number | 'adaptive'>(
  (value) => value === 'adaptive' || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIMIT),
  `must be 1 to ${MAX_LIMIT}, or adaptive`,
);
const checkOutput = z.enum(['always', 'sampled']);
const logLevel = z.enum(logLevels);

/** Follows `<service>.log_level`. */
export function watchLogLevel(config: MeshConfig, service: string, set: (level: Level | undefined) => void): void {
  config.watch({ service, name: 'log_level', read: (value) => validate(logLevel, value) }, set);
}

/** Follows `limit` and `check_output` of one endpoint; without a value what the service and its environment say holds. */
export function watchEndpointKnobs({ config, clock }: Pick<Mesh, 'config' | 'clock'>, served: ServedEndpoint): void {
  const { service, name: endpoint } = served;
  config.watch({ service, endpoint, name: 'limit', read: (value) => validate(limit, value) }, (value) =>
    served.limitTo(policyOf(value), clock.now()),
  );
  config.watch({ service, endpoint, name: 'check_output', read: (value) => validate(checkOutput, value) }, (value) =>
    served.checkOutput(value),
  );
}

function policyOf(value: number | 'adaptive' | undefined): LimitPolicy | undefined {
  return typeof value === 'number' ? { fixed: value } : value && defaultLimit;
}
