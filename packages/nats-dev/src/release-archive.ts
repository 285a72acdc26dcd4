import { formatVersion, type Version } from './version.ts';

/** Where releases are published; `SEEDCORE_NATS_RELEASES` names a mirror with the same layout. */
export const officialReleases = 'https://github.com/nats-io/nats-server/releases/download';

/** One archive of a release: where it is, where its checksums are, and what is inside. */
export interface ReleaseArchive {
  readonly file: string;
  readonly url: string;
  readonly sumsUrl: string;
  readonly kind: 'tar.gz' | 'zip';
  /** Path of the program inside the archive. */
  readonly program: string;
}

const systems: Readonly<Record<string, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
  freebsd: 'freebsd',
};
const machines: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm7', ia32: '386' };

/** Names the release archive for a platform in Node's terms; `undefined` when none is published for it. */
export function releaseArchive(
  version: Version,
  host: { readonly platform: string; readonly arch: string },
  base: string = officialReleases,
): ReleaseArchive | undefined {
  const system = systems[host.platform];
  const machine = machines[host.arch];
  if (!system || !machine) return undefined;
  const name = `nats-server-v${formatVersion(version)}-${system}-${machine}`;
  const kind = system === 'windows' ? 'zip' : 'tar.gz';
  const folder = `${base.replace(/\/+$/, '')}/v${formatVersion(version)}`;
  const program = `${name}/${programName(host.platform)}`;
  return { file: `${name}.${kind}`, url: `${folder}/${name}.${kind}`, sumsUrl: `${folder}/SHA256SUMS`, kind, program };
}

/** The file name of the server program on a platform. */
export function programName(platform: string): string {
  return platform === 'win32' ? 'nats-server.exe' : 'nats-server';
}
