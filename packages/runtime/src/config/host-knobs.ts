import { hostKnobs, type Mesh, type MeshConfig, readerOf } from '@seedcore/mesh';
import { defaultLimit, type LimitPolicy } from '@seedcore/resilience';
import type { Level } from '../log/log-level.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** Follows `<service>.log_level`. */
export function watchLogLevel(config: MeshConfig, service: string, set: (level: Level | undefined) => void): void {
  config.watch({ service, name: 'log_level', read: readerOf(hostKnobs.log_level) }, set);
}

/** Follows `limit` and `check_output` of one endpoint; without a value what the service and its environment say holds. */
export function watchEndpointKnobs({ config, clock }: Pick<Mesh, 'config' | 'clock'>, served: ServedEndpoint): void {
  const { service, name: endpoint } = served;
  config.watch({ service, endpoint, name: 'limit', read: readerOf(hostKnobs.limit) }, (value) =>
    served.limitTo(policyOf(value), clock.now()),
  );
  config.watch({ service, endpoint, name: 'check_output', read: readerOf(hostKnobs.check_output) }, (value) =>
    served.checkOutput(value),
  );
}

function policyOf(value: number | 'adaptive' | undefined): LimitPolicy | undefined {
  return typeof value === 'number' ? { fixed: value } : value && defaultLimit;
}
