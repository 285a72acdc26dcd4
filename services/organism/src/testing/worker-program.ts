import type { worker } from '@seedcore/contracts';
import type { Input } from '@seedcore/protocol';
import type { openReplica, World } from './fake-replica.ts';

/** The organ its places belong to. */
export const WORKERS_ORGAN = 'utility_organ_1';
/** What it can do, unless it says otherwise. */
export const pageReader = {
  name: 'ocr_page',
  input: { type: 'object', properties: { page: { type: 'integer' } }, required: ['page'] },
  output: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'], additionalProperties: false },
};

/** A replica that workers may speak to. */
export type Replica = Awaited<ReturnType<typeof openReplica>>;
type Skill = Partial<Input<typeof worker.endpoints.hello>['skills'][number]>;
type Run = { readonly task_id: string; readonly epoch: number };
const named = ({ task_id, epoch }: Run): Run => ({ task_id, epoch });

/** A worker as a program would be one, that speaks to whatever replica it is given. */
export class WorkerProgram {
  handle = 0;
  agents: readonly string[] = [];
  readonly name: string;
  at: Replica;
  readonly #world: World;

  constructor(name: string, at: Replica, world: World) {
    this.name = name;
    this.at = at;
    this.#world = world;
  }

  async hello(more: Skill = {}) {
    const skills = [{ ...pageReader, ...more }];
    const reply = await this.#world.passing(
      this.at.workers.hello({ worker: this.name, organ_id: WORKERS_ORGAN, skills }),
    );
    if (!reply.ok) return reply.failure;
    this.handle = reply.value.handle;
    this.agents = reply.value.agents;
    return undefined;
  }

  /** Asks for work; what it gets is undefined when there was none. */
  async claim(wait_ms = 20_000) {
    const { name: worker, handle } = this;
    const reply = await this.at.workers.claim({ worker, handle, skills: ['ocr_page'], wait_ms });
    if (!reply.ok) throw new Error(reply.failure.code);
    return reply.value.work ?? undefined;
  }

  beat(running: readonly Run[] = []) {
    return this.#world.passing(
      this.at.workers.beat({ worker: this.name, handle: this.handle, running: running.map(named) }),
    );
  }

  /** Lives for a while, running what it has. */
  async live(ms: number, running: readonly Run[] = []) {
    for (let lived = 0; lived < ms; lived += 2000) {
      await this.#world.clock.advance(2000);
      await this.beat(running);
    }
  }

  async finish(run: Run, output: unknown = { text: 'hi' }) {
    const { task_id, epoch } = run;
    const finish = { worker: this.name, task_id, epoch, status: 'ok' as const, output };
    const reply = await this.#world.passing(this.at.workers.finish(finish));
    return reply.ok ? reply.value : reply.failure;
  }

  progress({ task_id, epoch }: Run, seq: number) {
    return this.#world.passing(
      this.at.workers.progress({ worker: this.name, task_id, epoch, seq, note: `page ${seq}` }),
    );
  }
}
