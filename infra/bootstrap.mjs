/**
 * What `npm start` and `npm test` run first, on whatever Node the machine has: installs the locked dependencies when
 * the lock file changed, then hands over to the Node that is pinned among them. Plain JavaScript for old Nodes.
 *
 * `npm start` says `exec` so that no shell stands between npm and this program: a shell would answer Ctrl-C by dying of
 * it, and npm would report that instead of our exit code.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.seedcore-installed');
const NEEDED = [22, 18];

/**
 * Steps of `npm test`: name shown, program in node_modules/.bin, arguments. Types are checked as one program: package by package
 * (`npm run types`, which remembers what has not changed) everything that is imported is checked again by whoever imports it.
 */
const CHECKS = [
  ['format, lint, import rules', 'biome', ['ci', '--error-on-warnings', '.']],
  ['layers', 'turbo', ['boundaries']],
  ['types', 'tsc', ['-p', 'infra']],
];

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  },
);

async function main([task, ...args]) {
  await install();
  const node = pinnedNode();
  if (task === 'start') return run(node, [join(root, 'packages/cli/src/main.ts'), 'up', ...args]);
  if (task === 'test') return test(node, args);
  console.error('usage: node infra/bootstrap.mjs start|test [arguments]');
  return 64;
}

/** Type, lint and layer checks, then every test; the last line is the total. */
async function test(node, args) {
  for (const [name, program, programArgs] of args.length === 0 ? CHECKS : []) {
    console.log(`\n== ${name}`);
    const code = await run(node, [bin(program), ...programArgs]);
    if (code !== 0) return fail(name, code);
  }
  console.log('\n== tests');
  mkdirSync(join(root, '.seedcore'), { recursive: true });
  const report = join(root, '.seedcore', 'test-report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(node, [bin('vitest'), 'run', ...reporters, ...args]);
  printTotals(report, code);
  return code;
}

function fail(name, code) {
  console.error(`\n${name}: failed`);
  console.log('0 passed, 1 failed');
  return code;
}

/** A file that could not even be read has no failed test to show, nor has an error outside of all tests: both count. */
function printTotals(report, code) {
  if (!existsSync(report)) return;
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unread = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = Math.max(numFailedTests + unread.length, code === 0 ? 0 : 1);
  console.log(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
}

/** The script behind a program of node_modules/.bin, so that the pinned Node can run it. */
function bin(program) {
  const scripts = {
    biome: '@biomejs/biome/bin/biome',
    tsc: 'typescript/bin/tsc',
    turbo: 'turbo/bin/turbo',
    vitest: 'vitest/vitest.mjs',
  };
  return join(modules, scripts[program]);
}

/** Runs a program with this terminal; a signal is passed on and its end awaited, so that it can drain. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const path = `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
    const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' };
    const child = spawn(command, args, { stdio: 'inherit', cwd: root, env });
    // A terminal sends Ctrl-C to the child as well; a supervisor sends SIGTERM only here.
    const ignore = () => undefined;
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
}

function pinnedNode() {
  const own = process.versions.node.split('.').map(Number);
  const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  if (own[0] > NEEDED[0] || (own[0] === NEEDED[0] && own[1] >= NEEDED[1])) return process.execPath;
  throw new Error(
    `Node ${NEEDED.join('.')} or newer is needed; this is ${process.versions.node}, and the pinned Node is not in node_modules ` +
      '(its install script did not run).\nRun "npm rebuild node", or install Node 24 from https://nodejs.org, then try again.',
  );
}

/** Installs the locked dependencies when they are not the ones in node_modules. */
async function install() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const packages = Object.values(JSON.parse(lock.toString()).packages).filter((one) => one.link !== true);
  console.log(`Installing ${packages.length} packages (package-lock.json), Node 24 among them.`);
  const bar = progress(packages.length);
  const { code, output } = await npmCi();
  bar.stop(code === 0);
  if (code !== 0) throw new Error(explain(output, code));
  writeFileSync(stamp, wanted);
}

function npmCi() {
  return new Promise((resolve, reject) => {
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
    const windows = process.platform === 'win32';
    const child = spawn(windows ? 'npm.cmd' : 'npm', args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

function explain(output, code) {
  const lines = [`npm ci failed (exit ${code}):`, output.trim(), ''];
  if (/EACCES|EROFS|EPERM/.test(output)) lines.push(`This folder must be writable: ${root}`);
  else if (/ENOSPC/.test(output)) lines.push('The disk is full: free about 600 MB and try again.');
  else
    lines.push(
      'The npm registry must be reachable: check the network, a proxy (npm config get proxy), then run "npm ci".',
    );
  return lines.join('\n');
}

/** A bar on a terminal, nothing elsewhere: counts the packages that have arrived in node_modules. */
function progress(total) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const draw = () => {
    const share = Math.min(1, installed() / total);
    process.stdout.write(
      `\r  [${'#'.repeat(Math.round(share * 30)).padEnd(30)}] ${Math.round(share * 100)} %  ${seconds()} `,
    );
  };
  const timer = process.stdout.isTTY ? setInterval(draw, 300) : undefined;
  return {
    stop(good) {
      clearInterval(timer);
      if (process.stdout.isTTY) process.stdout.write(`\r${' '.repeat(60)}\r`);
      if (good) console.log(`Installed in ${seconds()}.`);
    },
  };
}

function installed() {
  if (!existsSync(modules)) return 0;
  return readdirSync(modules).reduce(
    (sum, name) => sum + (name.startsWith('@') ? readdirSync(join(modules, name)).length : 1),
    0,
  );
}
