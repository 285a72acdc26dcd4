import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import { openStore, type Store } from '@seedcore/store';
import { openTasks, type TaskResult, type Tasks, type TaskView } from '@seedcore/tasks';
import type { CrashPoint } from '@seedcore/tasks/testing';
import { expect } from 'vitest';
import { Program } from '../../support/program.ts';
import { until } from '../../support/until.ts';

const main = fileURLToPath(new URL('../../tasks/main-crash.ts', import.meta.url));
const CONDITION = '--conditions=seedcore-crash-points';

/** What a process of a row is. */
export type Role = 'worker' | 'coordinator' | 'submit' | 'cancel' | 'publish';
/** Where it dies: at a point, the first time it comes there or the `nth`. */
export type Death = { readonly at?: CrashPoint; readonly nth?: number };
/** A task to submit, with the id of the row. */
export type Given = { readonly type: string; readonly params?: Readonly<Record<string, unknown>> };

/** One row of the crash table, in a namespace of its own: its one task, its processes, and what is on disk. */
export class CrashRow {
  readonly id: string;
  readonly tasks: Tasks;
  readonly #url: string;
  readonly #mesh: Mesh;
  readonly #store: Store;
  readonly #programs: Program[] = [];

  private constructor(url: string, mesh: Mesh) {
    this.id = mesh.ns;
    this.#url = url;
    this.#mesh = mesh;
    this.#store = openStore(mesh);
    this.tasks = openTasks(this.#store);
  }

  static async open(url: string, name: string): Promise<CrashRow> {
    const row = new CrashRow(url, await openMesh({ servers: url, ns: name }));
    await row.tasks.provision();
    return row;
  }

  /** Submits the task of the row, which nobody runs yet. */
  async submit(given: Given): Promise<void> {
    expect(await this.tasks.submit({ ...given, id: this.id })).toMatchObject({ ok: true });
  }

  /** Starts a process and waits until it has died at its point, and of nothing else. */
  async crash(role: Role, death: Death, given?: Given): Promise<void> {
    const program = this.#program(role, { given, death, args: [CONDITION] });
    await program.ended();
    expect(program.child.signalCode, program.output).toBe('SIGKILL');
  }

  /** Starts one that lives, or does not hear of the death it is meant to die; a client has got its answer afterwards. */
  async start(role: Role, more: { readonly given?: Given; readonly unheard?: Death } = {}): Promise<Program> {
    const program = this.#program(role, { given: more.given, death: more.unheard ?? {}, args: [] });
    await program.printed(/ready/);
    return program;
  }

  /** The task's record. */
  record(id = this.id): Promise<TaskView | undefined> {
    return this.tasks.get(id);
  }

  /** The result of the task, once there is one; its message has been acknowledged then. */
  async result(): Promise<TaskResult | undefined> {
    const result = await this.tasks.wait(this.id, { timeoutMs: 90_000 });
    expect((await this.record())?.result).toEqual(result);
    await until('every message to be acknowledged', async () => (await this.unacknowledged()) === 0 || undefined);
    return result;
  }

  /** How the attempts ended, and that their numbers have no hole and their epochs rise. */
  async attempts(): Promise<readonly (string | undefined)[]> {
    const attempts = (await this.record())?.attempts ?? [];
    expect(attempts.map(({ n }) => n)).toEqual(attempts.map((_, i) => i + 1));
    const epochs = attempts.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    return attempts.map(({ outcome }) => outcome);
  }

  /** Whatever the bucket holds under a key, as it is written there. */
  async stored(key: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const bucket = `${this.id}_tasks`;
    const found = await this.#store.broker.last(`KV_${bucket}`, `$KV.${bucket}.${key}`, { fresh: true });
    return found && JSON.parse(new TextDecoder().decode(found.body));
  }

  /** Number of the stored result; undefined while there is none. */
  async resultSeq(id = this.id): Promise<number | undefined> {
    const found = await this.#store.broker.last(`SC_${this.id}_RESULTS`, `${this.id}.result.${id}`, { fresh: true });
    return found?.seq;
  }

  /** Messages and timers, by what follows the namespace in their subjects. */
  async messages(): Promise<readonly string[]> {
    const subjects = await this.#store.broker.subjects(`SC_${this.id}_TASKS`, '>');
    return subjects.map((subject) => subject.slice(this.id.length + 1));
  }

  /** Messages of the queue that somebody has to look at still. */
  async unacknowledged(): Promise<number> {
    const manager = await jetstreamManager(this.#mesh.nats());
    const left = ['high', 'normal', 'low'].map(async (lane) => {
      const info = await manager.consumers.info(`SC_${this.id}_TASKS`, `general_${lane}`);
      return info.num_ack_pending + info.num_pending;
    });
    return (await Promise.all(left)).reduce((sum, n) => sum + n, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop('SIGKILL')));
    await this.tasks.close();
    await this.#mesh.close();
  }

  #program(
    role: Role,
    how: { readonly given: Given | undefined; readonly death: Death; readonly args: readonly string[] },
  ): Program {
    const { at = '', nth = 1 } = how.death;
    const program = new Program(process.execPath, [...how.args, main], {
      env: {
        NATS_URL: this.#url,
        NS: this.id,
        ROLE: role,
        SPEC: JSON.stringify({ ...how.given, id: this.id }),
        CRASH_AT: at,
        CRASH_NTH: String(nth),
      },
    });
    this.#programs.push(program);
    return program;
  }
}
