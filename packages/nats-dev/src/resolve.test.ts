import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CommandResult, Machine } from './machine.ts';
import { type StepName, stepNames } from './plan.ts';
import { resolveOn } from './resolve.ts';
import { NatsServerUnavailable } from './unavailable.ts';

/** What a pretended machine has; everything else is absent. */
interface Pretence {
  readonly env?: Record<string, string>;
  readonly platform?: string;
  /** Programs by path, with the version they print. */
  readonly programs?: Record<string, string>;
  /** Answers to commands, by their first words. */
  readonly commands?: Record<string, Partial<CommandResult>>;
  readonly files?: Record<string, string>;
  readonly folders?: Record<string, string[]>;
  readonly downloads?: Record<string, Uint8Array>;
  readonly answering?: string[];
}

const absent: CommandResult = { code: undefined, stdout: '', stderr: 'ENOENT' };
const vouched = 'https://github.com/nats-io/nats-server/releases/download/v2.15.1';
const archiveName = 'nats-server-v2.15.1-linux-amd64';

/** For each step a machine on which no other one can succeed. */
const onlyPossible: Readonly<Record<StepName, () => Pretence>> = {
  url: () => ({ env: { NATS_URL: 'nats://a:1' }, answering: ['nats://a:1'] }),
  env: () => ({ env: { NATS_SERVER_BIN: '/opt/n' }, programs: { '/opt/n': '2.15.1' } }),
  cache: () => ({
    folders: { '/cache/nats-server': ['2.15.1'] },
    programs: { '/cache/nats-server/2.15.1/nats-server': '2.15.1' },
  }),
  path: () => ({ programs: { '/home/ada/go/bin/nats-server': '2.15.1' } }),
  release: () => ({ downloads: release(), programs: { '/scratch/nats-server': '2.15.1' } }),
  go: () => ({ commands: go('1.26.8'), programs: { '/scratch/nats-server': '2.15.1' } }),
  apt: () => ({
    commands: {
      'apt-get --version': { code: 0 },
      'apt-cache policy': { code: 0, stdout: '  Candidate: 2.15.1-1\n' },
      'apt-get -q': { code: 0 },
      'dpkg-deb -x': { code: 0 },
    },
    folders: { '/scratch': ['n.deb'] },
    programs: { '/scratch/n.deb.root/usr/sbin/nats-server': '2.15.1' },
  }),
  container: () => ({
    commands: {
      'docker info': { code: 0 },
      'docker image': { code: 0 },
      'docker run': { code: 0, stdout: 'nats-server: v2.15.1' },
    },
  }),
};

describe('resolveOn', () => {
  test.each(stepNames)(
    'mesh.A26: %s works when it is the only one possible, and the others say why not',
    async (name) => {
      const found = await resolveOn(machine(onlyPossible[name]()));
      expect(found.step).toBe(name);
      expect(found.why.map((line) => line.split(':')[0])).toEqual(stepNames.slice(0, stepNames.indexOf(name) + 1));
    },
  );

  test('NATS_URL that answers is used and nothing is started', async () => {
    const found = await resolveOn(machine({ env: { NATS_URL: 'nats://a:1' }, answering: ['nats://a:1'] }));
    expect(found).toMatchObject({ kind: 'url', url: 'nats://a:1', step: 'url' });
  });

  test('NATS_URL that does not answer is never silently replaced', async () => {
    const pretence = { env: { NATS_URL: 'nats://a:1', PATH: '/bin' }, programs: { '/bin/nats-server': '2.15.1' } };
    await expect(resolveOn(machine(pretence))).rejects.toThrow(/NATS_URL is set, but no NATS server answered/);
  });

  test('a program named by the environment wins over the PATH', async () => {
    const env = { SEEDCORE_NATS_SERVER: '/opt/n', PATH: '/bin' };
    const found = await resolveOn(machine({ env, programs: { '/opt/n': '2.15.1', '/bin/nats-server': '2.15.1' } }));
    expect(found).toMatchObject({ kind: 'binary', path: '/opt/n', step: 'env' });
  });

  test.each([
    ['missing', {}],
    ['too old', { '/opt/n': '2.9.10' }],
  ])('a program named by the environment that is %s is an error', async (_, programs) => {
    const run = resolveOn(machine({ env: { NATS_SERVER_BIN: '/opt/n' }, programs }));
    await expect(run).rejects.toBeInstanceOf(NatsServerUnavailable);
  });

  test('the newest good server of the cache is used', async () => {
    const found = await resolveOn(
      machine({
        folders: { '/cache/nats-server': ['2.9.1', '2.13.0', '2.15.1', '.partial-x'] },
        programs: {
          '/cache/nats-server/2.9.1/nats-server': '2.9.1',
          '/cache/nats-server/2.13.0/nats-server': '2.13.0',
        },
      }),
    );
    expect(found).toMatchObject({ path: '/cache/nats-server/2.13.0/nats-server', step: 'cache' });
  });

  test('a server on the PATH that is too old is noted and passed over', async () => {
    const programs = { '/bin/nats-server': '2.9.10', '/usr/local/bin/nats-server': '2.12.6' };
    const found = await resolveOn(machine({ env: { PATH: '/bin' }, programs }));
    expect(found).toMatchObject({ path: '/usr/local/bin/nats-server', version: [2, 12, 6] });
  });

  test('a release that SHA256SUMS vouches for is unpacked into the cache', async () => {
    const found = await resolveOn(machine({ downloads: release(), programs: { '/scratch/nats-server': '2.15.1' } }));
    expect(found).toMatchObject({ path: '/cache/nats-server/2.15.1/nats-server', step: 'release' });
    expect(found.why.at(-1)).toContain('SHA256SUMS alone');
  });

  test('mesh.A26: a release with one changed byte is refused, and the next step answers', async () => {
    const downloads = release();
    const archive = downloads[`${vouched}/${archiveName}.tar.gz`];
    if (archive) archive[20] = (archive[20] ?? 0) ^ 1;
    const programs = { '/scratch/nats-server': '2.15.1' };
    const found = await resolveOn(machine({ downloads, programs, commands: go('1.26.8') }));
    expect(found.step).toBe('go');
    expect(found.why.find((line) => line.startsWith('release:'))).toMatch(/refused: SHA-256/);
  });

  test('Go that is too old is not asked to build', async () => {
    const run = resolveOn(machine({ env: { SEEDCORE_NATS_STEPS: 'go' }, commands: go('1.22.1') }));
    await expect(run).rejects.toThrow(/go: Go is 1.22.1, older than 1.25.0/);
  });

  test('apt takes the package of the installed release when it is new enough', async () => {
    const programs = { '/scratch/n.deb.root/usr/sbin/nats-server': '2.15.1' };
    const found = await resolveOn(
      machine({
        programs,
        commands: {
          'apt-get --version': { code: 0 },
          'apt-cache policy': { code: 0, stdout: '  Candidate: 2.15.1-1\n' },
          'apt-get -q': { code: 0 },
          'dpkg-deb -x': { code: 0 },
        },
        folders: { '/scratch': ['n.deb'] },
      }),
    );
    expect(found).toMatchObject({ step: 'apt', version: [2, 15, 1] });
    expect(found.why.at(-1)).toBe('apt: package 2.15.1-1 of the installed release, signature checked by apt');
  });

  test('a container engine is the last resort', async () => {
    const commands = {
      'docker info': { code: 1, stderr: 'daemon not running' },
      'podman info': { code: 0 },
      'podman image': { code: 0 },
      'podman run': { code: 0, stdout: 'nats-server: v2.15.1' },
    };
    const found = await resolveOn(machine({ commands }));
    expect(found).toMatchObject({ kind: 'container', engine: 'podman', step: 'container' });
  });

  test('with nothing anywhere, everything tried and every remedy is listed', async () => {
    const error: unknown = await resolveOn(machine({ platform: 'darwin' })).catch((caught: unknown) => caught);
    const text = error instanceof NatsServerUnavailable ? error.message : '';
    for (const step of ['url', 'env', 'cache', 'path', 'release', 'go', 'apt', 'container']) {
      expect(text).toContain(`\n  ${step}: `);
    }
    expect(text).toContain('brew install nats-server');
    expect(text).toContain('NATS_URL=');
  });
});

function go(version: string): Record<string, Partial<CommandResult>> {
  return { 'go version': { code: 0, stdout: `go version go${version} linux/amd64` }, 'go install': { code: 0 } };
}

function release(): Record<string, Uint8Array> {
  const header = Buffer.alloc(512);
  header.write(`${archiveName}/nats-server`, 0);
  header.write('00000000004\0', 124);
  const archive = gzipSync(Buffer.concat([header, Buffer.from('prog'), Buffer.alloc(508)]));
  const hash = createHash('sha256').update(archive).digest('hex');
  return {
    [`${vouched}/SHA256SUMS`]: Buffer.from(`${hash}  ${archiveName}.tar.gz\n`),
    [`${vouched}/${archiveName}.tar.gz`]: archive,
  };
}

function machine(pretence: Pretence): Machine {
  const { env = {}, platform = 'linux', programs = {}, commands = {}, files = {}, folders = {} } = pretence;
  const installed: Record<string, string> = { ...programs };
  return {
    env,
    platform,
    arch: 'x64',
    home: '/home/ada',
    run: async (command, args) => {
      const version = installed[command];
      if (version) return { code: 0, stdout: `nats-server: v${version}`, stderr: '' };
      const known = commands[`${command} ${args[0]}`];
      return known ? { code: 0, stdout: '', stderr: '', ...known } : absent;
    },
    readText: async (path) => files[path],
    isProgram: async (path) => path in installed,
    list: async (folder) => folders[folder] ?? [],
    download: async (url) => {
      const bytes = pretence.downloads?.[url];
      if (!bytes) throw new Error('HTTP 404');
      return bytes;
    },
    greeting: async (url) => {
      if (!pretence.answering?.includes(url)) throw new Error('ECONNREFUSED');
      return '{}';
    },
    cacheFolder: async () => '/cache',
    scratch: (_, fill) => fill('/scratch'),
    install: async (program, target) => {
      if ('file' in program) installed[target] = installed[program.file] ?? '';
    },
    writeText: async () => undefined,
    makeFolder: async () => undefined,
    report: () => undefined,
  };
}
