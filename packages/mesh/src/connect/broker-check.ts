import { MeshError } from '@seedcore/protocol';
import type { BrokerFacts } from '../mesh.ts';

/** The oldest nats-server the mesh works with: per-message TTL, schedules and batches are dependable from here on. */
export const FLOOR_VERSION = '2.12.6';
/** The nats-server the mesh is tested with. */
export const RECOMMENDED_VERSION = '2.15.1';
/** The least JetStream API level. */
export const FLOOR_API_LEVEL = 2;

const HOW = [
  '"npm start" fetches one',
  'brew install nats-server',
  `go install github.com/nats-io/nats-server/v2@v${RECOMMENDED_VERSION}`,
  `docker run --rm -p 4222:4222 nats:${RECOMMENDED_VERSION.replace(/\.\d+$/, '')}-alpine -js`,
  'https://github.com/nats-io/nats-server/releases',
].join(' · ');

/** The error of a broker that is too old; undefined when it will do. No JetStream at all is allowed. */
export function brokerProblem({ version, apiLevel }: BrokerFacts): MeshError | undefined {
  if (isOlder(version, FLOOR_VERSION))
    return tooOld(`nats-server ${version} is too old: ${FLOOR_VERSION} or newer is needed`);
  if (apiLevel !== undefined && apiLevel < FLOOR_API_LEVEL)
    return tooOld(
      `JetStream API level ${apiLevel} of nats-server ${version} is too old: level ${FLOOR_API_LEVEL} is needed, as of ${FLOOR_VERSION}`,
    );
  return undefined;
}

/** True when `version` is lower than `floor`; both are three numbers, whatever follows is ignored. */
export function isOlder(version: string, floor: string): boolean {
  const [have, need] = [numbers(version), numbers(floor)];
  for (const [i, part] of need.entries()) if (have[i] !== part) return (have[i] ?? 0) < part;
  return false;
}

const numbers = (version: string): readonly number[] =>
  (/^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);

function tooOld(what: string): MeshError {
  const message = `${what} (recommended ${RECOMMENDED_VERSION}); get one: ${HOW}`;
  return new MeshError('not_connected', {
    target: 'nats',
    message,
    details: { reason: 'broker_too_old' },
    sent: false,
  });
}
