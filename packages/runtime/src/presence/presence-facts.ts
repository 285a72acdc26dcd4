import type { PresenceFacts } from '@seedcore/mesh';
import type { Identity } from '../identity.ts';
import type { Phase } from '../lifecycle/lifecycle.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** What a hosted service is at this moment. */
export type HostedNow = {
  readonly identity: Identity;
  readonly phase: Phase;
  readonly ready: boolean;
  readonly served: readonly ServedEndpoint[];
  readonly loopDelayMs: number;
};

/** What everybody is told of it; what it answers about itself is no load. */
export function presenceFacts({ identity, phase, ready, served, loopDelayMs }: HostedNow): PresenceFacts {
  const own = served.filter(({ builtin }) => !builtin);
  return {
    version: identity.version,
    contract: identity.contract,
    state: phase,
    ready,
    started: identity.started,
    in_flight: own.reduce((sum, { gate }) => sum + gate.running, 0),
    limit: own.reduce((sum, { gate }) => sum + gate.limit, 0),
    loop_delay_ms: Math.round(loopDelayMs),
  };
}
