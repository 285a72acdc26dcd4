import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../support/free-port.ts';
import { Program } from '../../../support/program.ts';
import type { RedisProgram } from './find-redis.ts';

/** A Redis or Valkey that keeps what it accepts. */
export type RunningRedis = { readonly port: number; readonly pid: number; stop(): Promise<void> };

/** Starts one that appends every write to a file; `sync` is its `appendfsync`. */
export async function startRedis({ path, libraries }: RedisProgram, sync: string): Promise<RunningRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'seedcore-bench-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const durable = ['--appendonly', 'yes', '--appendfsync', sync, '--save', ''];
  const program = new Program(path, [...args, ...durable], {
    cwd: folder,
    ...(libraries === undefined ? {} : { env: { LD_LIBRARY_PATH: libraries } }),
  });
  const stop = async () => {
    await program.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await program.printed(/Ready to accept connections/);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: program.pid, stop };
}
