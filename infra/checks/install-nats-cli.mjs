/**
 * Makes the plain `nats` command of the version the tests are written against available and prints its path as the
 * last line of standard output; everything else goes to standard error. Takes the first that works: what an earlier
 * run left, the PATH, a build with this machine's Go, the release download, a build with a Go taken from a newer suite
 * of this machine's own Debian mirror (unpacked privately, nothing installed).
 * Usage: node infra/checks/install-nats-cli.mjs
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '0.4.0';
const GO_FLOOR = [1, 25, 0];
const MODULE = 'github.com/nats-io/natscli';
const RELEASES = `https://${MODULE}/releases/download/v${VERSION}`;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) await main();
else process.exitCode = withPinnedNode();

/** The sources of this repository need a newer Node than this one; the pinned one is among the dependencies. */
function withPinnedNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) {
    return spawnSync(pinned, [fileURLToPath(import.meta.url)], { stdio: 'inherit' }).status ?? 1;
  }
  console.error(`Node ${process.versions.node} is too old for this and the pinned one is not installed; run: npm ci`);
  return 1;
}

async function main() {
  const { nodeMachine } = await import('../../packages/nats-dev/src/machine-node.ts');
  const machine = nodeMachine(process.env, { line: (text) => console.error(text) });
  const program = machine.platform === 'win32' ? 'nats.exe' : 'nats';
  const target = join(await machine.cacheFolder(), 'nats-cli', VERSION, program);
  const ways = {
    cache: () => checked(machine, target),
    path: onPath,
    go: withGo,
    release: fromRelease,
    apt: withGoFromApt,
  };
  const why = [];
  for (const [name, way] of Object.entries(ways)) {
    try {
      console.log(await way({ machine, program, target }));
      return;
    } catch (error) {
      why.push(`${name}: ${error.message}`);
    }
  }
  console.error(`nats ${VERSION} could not be obtained. Tried:\n  ${why.join('\n  ')}`);
  console.error(`Put nats ${VERSION} on the PATH (${RELEASES}) or install Go ${GO_FLOOR.join('.')} or newer.`);
  process.exitCode = 1;
}

/** Wraps every way that gives a path: only a program that says the right version counts. */
async function checked(machine, path) {
  const said = await machine.run(path, ['--version'], { timeoutMs: 10_000 });
  if (said.code === 0 && said.stdout.trim() === `v${VERSION}`) return path;
  throw new Error(`${path} is not nats ${VERSION} (it says "${(said.stdout || said.stderr).trim()}")`);
}

async function onPath({ machine, program }) {
  const candidates = (machine.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) if (await machine.isProgram(candidate)) return checked(machine, candidate);
  throw new Error('not there');
}

async function withGo(task) {
  const { parseVersion, isAtLeast } = await import('../../packages/nats-dev/src/version.ts');
  const said = await task.machine.run('go', ['version'], { timeoutMs: 10_000 });
  const version = said.code === 0 ? parseVersion(said.stdout) : undefined;
  if (!version) throw new Error('Go is not installed');
  if (!isAtLeast(version, GO_FLOOR)) throw new Error(`Go is ${version.join('.')}, older than ${GO_FLOOR.join('.')}`);
  return task.machine.scratch(dirname(dirname(task.target)), (folder) => build(task, { go: 'go', folder }));
}

/**
 * Builds through a module of its own that requires the exact version, so that no list of versions has to be asked for:
 * some module proxies answer for versions only.
 */
async function build({ machine, program, target }, { go, folder, env = {} }) {
  machine.report(`building nats ${VERSION} (${MODULE}) with Go, about two minutes`);
  await machine.writeText(join(folder, 'go.mod'), `module build\n\ngo 1.25\n\nrequire ${MODULE} v${VERSION}\n`);
  const needed = `//go:build never\n\npackage build\n\nimport _ "${MODULE}/nats"\n`;
  await machine.writeText(join(folder, 'needed.go'), needed);
  const flags = { GOBIN: folder, GOFLAGS: '-mod=mod', CGO_ENABLED: '0', ...env };
  const built = await machine.run(go, ['install', `${MODULE}/nats`], { timeoutMs: 900_000, cwd: folder, env: flags });
  if (built.code !== 0) throw new Error(`go install: ${built.stderr.trim().split('\n').at(-1)}`);
  await machine.install({ file: await checked(machine, join(folder, program)) }, target);
  return target;
}

async function fromRelease({ machine, program, target }) {
  const { listedHash } = await import('../../packages/nats-dev/src/checksums.ts');
  const { readZip } = await import('../../packages/nats-dev/src/archive.ts');
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[machine.platform];
  const processor = { x64: 'amd64', arm64: 'arm64' }[machine.arch];
  if (!system || !processor) throw new Error(`no release for ${machine.platform} ${machine.arch}`);
  const name = `nats-${VERSION}-${system}-${processor}`;
  const sums = Buffer.from(await machine.download(`${RELEASES}/SHA256SUMS`)).toString('utf8');
  const archive = await machine.download(`${RELEASES}/${name}.zip`);
  const hash = createHash('sha256').update(archive).digest('hex');
  if (listedHash(sums, `${name}.zip`) !== hash) throw new Error(`SHA-256 of ${name}.zip differs from SHA256SUMS`);
  const bytes = readZip(archive, `${name}/${program}`);
  if (!bytes) throw new Error(`${name}.zip holds no ${program}`);
  await machine.install({ bytes }, target);
  return checked(machine, target);
}

async function withGoFromApt(task) {
  const { machine, target } = task;
  if ((await machine.run('apt-get', ['--version'], { timeoutMs: 10_000 })).code !== 0) throw new Error('no apt');
  return machine.scratch(dirname(dirname(target)), async (folder) => {
    const go = await unpackedGo(machine, folder);
    // The caches go with the folder; Go writes them read-only unless told not to.
    const env = { GOPATH: join(folder, 'path'), GOCACHE: join(folder, 'cache'), GOTOOLCHAIN: 'local' };
    return build(task, { go, folder, env: { ...env, GOFLAGS: '-mod=mod -modcacherw' } });
  });
}

async function unpackedGo(machine, folder) {
  const { aptMirror, privateApt, sourceLine } = await import('../../packages/nats-dev/src/apt-sources.ts');
  for (const name of ['state', 'lists/partial', 'cache/archives/partial']) await machine.makeFolder(join(folder, name));
  const uris = await machine.run('apt-get', [...privateApt(folder), 'update', '--print-uris'], { timeoutMs: 10_000 });
  const mirror = aptMirror((await machine.readText('/etc/os-release')) ?? '', uris.stdout);
  if (!mirror) throw new Error('no Debian or Ubuntu mirror among the package sources');
  const keyring = (await machine.readText(mirror.keyring)) === undefined ? undefined : mirror.keyring;
  const sources = join(folder, 'sources.list');
  const options = privateApt(folder, sources);
  for (const suite of mirror.suites) {
    machine.report(`looking for Go in ${suite} of ${mirror.uri}`);
    await machine.writeText(sources, sourceLine(mirror, suite, keyring));
    const updated = await machine.run('apt-get', [...options, '-q', 'update'], { timeoutMs: 120_000 });
    const minor = updated.code === 0 ? await newestGo(machine, options) : undefined;
    if (minor !== undefined) return unpackGo(machine, { folder, options, minor });
  }
  throw new Error(`no Go ${GO_FLOOR.join('.')} or newer in ${mirror.suites.join(', ')} of ${mirror.uri}`);
}

async function newestGo(machine, options) {
  const args = [...options, 'search', '--names-only', '^golang-1\\.[0-9]+-go$'];
  const { stdout } = await machine.run('apt-cache', args, { timeoutMs: 30_000 });
  const minors = [...stdout.matchAll(/^golang-1\.(\d+)-go /gm)].map((match) => Number(match[1]));
  const newest = Math.max(...minors);
  return newest >= GO_FLOOR[1] ? newest : undefined;
}

async function unpackGo(machine, { folder, options, minor }) {
  const packages = [`golang-1.${minor}-go`, `golang-1.${minor}-src`];
  const args = [...options, '-q', 'download', ...packages];
  const got = await machine.run('apt-get', args, { timeoutMs: 300_000, cwd: folder });
  if (got.code !== 0) throw new Error(`apt-get download: ${got.stderr.trim().split('\n').at(-1)}`);
  const tree = join(folder, 'go');
  for (const deb of (await machine.list(folder)).filter((name) => name.endsWith('.deb'))) {
    const unpacked = await machine.run('dpkg-deb', ['-x', join(folder, deb), tree], { timeoutMs: 60_000 });
    if (unpacked.code !== 0) throw new Error(`dpkg-deb: ${unpacked.stderr.trim()}`);
  }
  return join(tree, 'usr', 'lib', `go-1.${minor}`, 'bin', 'go');
}
