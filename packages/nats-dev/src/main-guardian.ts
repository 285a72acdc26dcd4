/**
 * Runs one nats-server for a parent process and outlives it by seconds only: the parent holds the other end of this
 * process's standard input, which closes however the parent dies, `kill -9` included.
 * Usage: node main-guardian.ts <job file>; the job file lies beside the configuration.
 */
import { spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { GuardianJob, GuardianNews } from './guardian-job.ts';
import { reasonOf } from './reason.ts';

const killAfterMs = 5000;

function say(news: GuardianNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

function record(job: GuardianJob, server: number | undefined, flag: 'w' | 'wx'): void {
  writeFileSync(job.recordFile, JSON.stringify({ guardian: process.pid, server, config: job.config }), { flag });
}

function guard(job: GuardianJob): void {
  record(job, undefined, 'wx');
  const output = openSync(job.outputFile, 'w');
  const server = spawn(job.command, [...job.args], { stdio: ['ignore', output, output], windowsHide: true });
  let ending = false;
  let keep = false;
  const end = () => {
    if (ending) return;
    ending = true;
    if (process.platform !== 'win32') server.kill('SIGCONT'); // one that was paused would not hear the next signal
    server.kill('SIGTERM');
    setTimeout(() => server.kill('SIGKILL'), killAfterMs).unref();
  };
  const finish = (news: GuardianNews) => {
    const [command, ...args] = job.afterwards ?? [];
    if (command) spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 });
    rmSync(job.recordFile, { force: true });
    if (!keep && ending && job.removeFolder) rmSync(job.removeFolder, { recursive: true, force: true });
    say(news);
    process.exitCode = 0;
    process.stdin.destroy();
  };
  server.once('spawn', () => {
    record(job, server.pid, 'w');
    say({ event: 'started', pid: server.pid ?? 0 });
  });
  server.once('error', (error) => finish({ event: 'refused', why: reasonOf(error) }));
  server.once('exit', (code, signal) => finish({ event: 'ended', code, signal }));
  // A parent that ends the server in order says "keep" first and looks after the folder itself.
  process.stdin.on('data', () => {
    keep = true;
  });
  process.stdin.once('close', end);
  process.once('SIGTERM', end);
}

// The parent may be gone when news are written; nobody is left to tell, and the server is ended all the same.
process.stdout.on('error', () => undefined);
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

try {
  guard(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
} catch (error) {
  say({ event: 'refused', why: reasonOf(error) });
  process.stdin.destroy();
}
