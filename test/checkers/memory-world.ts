import {
  type Handler,
  type Submitted,
  type SystemOptions,
  type TaskSpec,
  type Tasks,
  taskSpec,
  type WorkerOptions,
} from '@seedcore/tasks';
import { type MemoryTasks, TaskBench } from '@seedcore/tasks/testing';
import { EffectReceiver } from '../chaos/world/effect-receiver.ts';
import { readWrite } from './read-write.ts';
import type { Accepted, CarrierLook, Drained, RecordWrite, ResultSeen, TaskHistory } from './task-history.ts';

const decoder = new TextDecoder();

/** Times of the workers: short ones. */
const TIMES = { ackWaitMs: 6_000, beatMs: 2_000 };

/** Processes at a broker in memory, and all that is seen of their tasks. */
export class MemoryWorld {
  readonly all = new TaskBench();
  readonly receiver: EffectReceiver;
  readonly client: MemoryTasks;
  readonly #accepted: Accepted[] = [];
  readonly #writes: RecordWrite[] = [];
  readonly #results: ResultSeen[] = [];
  readonly #drained: Drained[] = [];
  readonly #looks: CarrierLook[] = [];

  private constructor(fences: boolean) {
    this.receiver = new EffectReceiver(() => this.all.clock.wallMs(), fences);
    this.client = this.all.process('client');
  }

  /** Opens one; `fences` false for a receiver that does not look at epochs. */
  static async open({ fences = true }: { readonly fences?: boolean } = {}): Promise<MemoryWorld> {
    const world = new MemoryWorld(fences);
    await world.all.passing(world.client.tasks.provision());
    world.all.server.stream('KV_test_tasks')?.onMessage((message) => {
      const write = readWrite(message);
      if (write !== undefined) world.#writes.push(write);
    });
    world.all.server.stream('SC_test_RESULTS')?.onMessage(({ body, seq }) => {
      const { id, gen, state } = JSON.parse(decoder.decode(body));
      world.#results.push({ id, gen, state, seq });
    });
    return world;
  }

  /** A worker process; `sabotage` gets at it before it begins, `system` says how rarely it looks for what was lost. */
  async worker(
    name: string,
    handlers: Readonly<Record<string, Handler>>,
    how: {
      readonly sabotage?: (host: MemoryTasks) => void;
      readonly options?: Partial<WorkerOptions>;
      readonly system?: SystemOptions;
    } = {},
  ) {
    const host = this.all.process(name);
    how.sabotage?.(host);
    const worker = host.tasks.worker('general', { handlers, times: TIMES, ...how.options });
    await this.all.passing(Promise.all([worker.ready, host.tasks.system(how.system).ready]));
    const drain = async (graceMs: number) => {
      await worker.drain(graceMs);
      this.saysDrained(name);
    };
    return { host, worker, drain };
  }

  /** Notes that a worker has said it has drained. */
  saysDrained(owner: string): void {
    this.#drained.push({ owner, at: this.all.clock.wallMs() });
  }

  /** Hands a task in, and notes what was accepted. */
  async submit(
    spec: TaskSpec & { readonly id: string },
    by: Pick<Tasks, 'submit'> = this.client.tasks,
  ): Promise<Submitted> {
    const answer = await this.all.passing(by.submit(spec));
    if (!answer.ok) throw new Error(answer.failure.code);
    const { type, params } = taskSpec.parse(spec);
    this.#accepted.push({ id: spec.id, type, params });
    return answer.value;
  }

  /** Lets time pass and looks at the carriers every five seconds of it. */
  async passing(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await this.all.clock.advance(5_000);
      this.#look();
    }
  }

  history(): TaskHistory {
    const [accepted, writes, results] = [this.#accepted, this.#writes, this.#results];
    return { accepted, writes, results, effects: this.receiver.journal, drained: this.#drained, looks: this.#looks };
  }

  #look(): void {
    const messages = [...(this.all.server.stream('SC_test_TASKS')?.matching('test.>') ?? [])];
    const carriers = new Set(messages.map(({ seq, header }) => header('Sc-Carrier') ?? `seq.${seq}`));
    this.#looks.push({ at: this.all.clock.wallMs(), carriers });
  }
}
