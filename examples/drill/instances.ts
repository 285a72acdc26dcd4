import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What an instance is like. */
export type Role = 'steady' | 'slow' | 'failing' | 'restarted';
/** One of each. */
export const roles: readonly Role[] = ['steady', 'slow', 'failing', 'restarted'];

const script = fileURLToPath(new URL('instance/main.ts', import.meta.url));
/** Longest wait for an instance to be ready, in ms. */
const READY_MS = 60_000;
const KEPT_CHARACTERS = 2_000;

/** The four instances of the downstream, each a process of its own. */
export class Instances {
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Map<Role, ChildProcess>();
  readonly #ids = new Map<Role, string>();
  #started = 0;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Ids of those that run, as they appear on the mesh. */
  get ids(): readonly string[] {
    return [...this.#ids.values()];
  }

  /** Starts one of each and waits until all are ready. */
  async startAll(): Promise<void> {
    await Promise.all(roles.map((role) => this.#start(role)));
  }

  /** Ends one as a crash would, and starts another in its place; resolves when that one is ready. */
  async restart(role: Role): Promise<void> {
    await this.#end(role);
    await this.#start(role);
  }

  /** Ends all. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((role) => this.#end(role)));
  }

  async #start(role: Role): Promise<void> {
    this.#started += 1;
    const id = `${role}-${this.#started}`;
    const env = { ...this.#env, DRILL_ROLE: role, SEEDCORE_INSTANCE: id, LOG_LEVEL: 'info', LOG_PRETTY: 'false' };
    const child = fork(script, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.#running.set(role, child);
    this.#ids.set(role, id);
    await ready(child, id);
  }

  async #end(role: Role): Promise<void> {
    const child = this.#running.get(role);
    this.#running.delete(role);
    this.#ids.delete(role);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Resolves when its log says so. */
function ready(child: ChildProcess, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const settle = (end: () => void) => {
      clearTimeout(timer);
      child.off('exit', ended);
      end();
    };
    const fail = (why: string) => settle(() => reject(new Error(`instance ${id} ${why}:\n${output}`)));
    const ended = (code: number | null) => fail(`ended with ${code} before it was ready`);
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS} ms`), READY_MS);
    child.once('exit', ended);
    // Read to the end, so that the pipe never fills.
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
      if (output.includes('"msg":"ready"')) settle(resolve);
    });
  });
}
