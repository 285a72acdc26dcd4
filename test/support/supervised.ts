import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, root, run } from './program.ts';
import type { ServiceName } from './test-mesh.ts';

/** A mesh under `seedcore up`, with its supervisor, in a folder of its own. */
export interface Supervised {
  readonly program: Program;
  readonly url: string;
  readonly dataDir: string;
  /** Runs `seedcore` against this mesh. */
  seedcore(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Process number of a service right now. */
  pid(name: ServiceName | 'nats-server'): Promise<number>;
  stop(): Promise<number>;
}

const cli = `${root}packages/cli/src/main.ts`;

/** Starts `seedcore up` with the given arguments and resolves when it says that the mesh is up. */
export async function startSupervised(args: readonly string[] = ['--bare']): Promise<Supervised> {
  const dataDir = mkdtempSync(join(tmpdir(), 'seedcore-up-'));
  const program = new Program(process.execPath, [cli, 'up', '--data', dataDir, '--port', '0', ...args]);
  try {
    const [, url = ''] = await program.printed(/NATS\s+(nats:\/\/\S+)/);
    return supervised(program, url, dataDir);
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function supervised(program: Program, url: string, dataDir: string): Supervised {
  const seedcore = (...args: string[]) => run(process.execPath, [cli, ...args, '--server', url]);
  return {
    program,
    url,
    dataDir,
    seedcore,
    async pid(name) {
      const { stdout } = await run(process.execPath, [cli, 'ps', '--json', '--data', dataDir]);
      const row = (JSON.parse(stdout) as { name: string; pid: number }[]).find((one) => one.name === name);
      if (row === undefined) throw new Error(`no ${name} in ${stdout}`);
      return row.pid;
    },
    async stop() {
      const code = await program.stop('SIGINT');
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
