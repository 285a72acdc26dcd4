import { officialReleases } from './release-archive.ts';
import { floorVersion, formatVersion, recommendedVersion } from './version.ts';

/** No usable nats-server could be obtained; the message lists what was tried and what to install. */
export class NatsServerUnavailable extends Error {
  override readonly name = 'NatsServerUnavailable';
}

/** Names what was tried and, for this operating system, the ways to install a nats-server. */
export function unavailableText(tried: readonly string[], platform: string): string {
  const listed = tried.map((line) => `  ${line}`);
  const remedies = remediesFor(platform).map((line) => `  ${line}`);
  const heading = `no nats-server >= ${formatVersion(floorVersion)} could be obtained. Tried:`;
  return [heading, ...listed, 'Any one of these helps:', ...remedies].join('\n');
}

function remediesFor(platform: string): string[] {
  const version = formatVersion(recommendedVersion);
  return [
    ...(platform === 'darwin' ? ['brew install nats-server'] : []),
    ...(platform === 'win32' ? ['scoop install main/nats-server'] : []),
    `download ${officialReleases.replace('/download', '')}/tag/v${version} and put nats-server on the PATH`,
    `go install github.com/nats-io/nats-server/v2@v${version}`,
    'docker run -d -p 127.0.0.1:4222:4222 nats:2.15-alpine -js, then NATS_URL=nats://127.0.0.1:4222',
    'NATS_URL=nats://<host>:4222 for a server that runs elsewhere',
  ];
}
