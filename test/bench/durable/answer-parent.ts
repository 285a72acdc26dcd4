import { setTimeout as pause } from 'node:timers/promises';
import { measureSlice } from '../rpc/measure-slice.ts';
import { type MeasuredQueue, machineMs, type Stamps, type Working } from './measured-queue.ts';
import { type Ask, ask, type Say } from './talk.ts';

/** How often it is looked whether the last task is finished, in ms. */
const LOOK_MS = 2;

/** Lets the measuring process drive this one, until it is gone. */
export function answerParent(queue: MeasuredQueue): void {
  const side = new Side(queue);
  process.on('message', (message) => {
    side
      .answer(ask.parse(message))
      .then(tell, (error: unknown) =>
        tell({ say: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
  tell({ say: 'ready' });
}

/** One of the two processes of a contender: the one that submits, or the one that works. */
class Side {
  readonly #queue: MeasuredQueue;
  #submitted = 0;
  #working: Working | undefined;
  #firstMs: number | undefined;

  constructor(queue: MeasuredQueue) {
    this.#queue = queue;
  }

  async answer(question: Ask): Promise<Say> {
    switch (question.ask) {
      case 'submit':
        return this.#submit(question);
      case 'wait':
        return this.#wait(question.count);
      case 'open':
        this.#firstMs = undefined;
        this.#working = await this.#queue.open({ ...question, handle: () => this.#handle() });
        return { say: 'opened' };
      case 'finished':
        return this.#finished(question.count);
      case 'close':
        await this.#working?.close();
        return { say: 'closed' };
    }
  }

  async #submit({ keyed, ...load }: Extract<Ask, { ask: 'submit' }>): Promise<Say> {
    const { calls, elapsedMs, p50Ms, p99Ms } = await measureSlice(
      () => this.#queue.submit(this.#nextId(), keyed),
      load,
    );
    return { say: 'submitted', accepted: calls, elapsedMs, p50Ms, p99Ms };
  }

  async #wait(count: number): Promise<Say> {
    const seen = { startMs: [] as number[], wakeMs: [] as number[], wholeMs: [] as number[] };
    for (let i = 0; i < count; i += 1) {
      const submittedMs = machineMs();
      const { startedMs, endedMs } = await this.#queue.run(this.#nextId());
      const wokenMs = machineMs();
      seen.startMs.push(startedMs - submittedMs);
      seen.wakeMs.push(wokenMs - endedMs);
      seen.wholeMs.push(wokenMs - submittedMs);
    }
    return { say: 'waited', ...seen };
  }

  /** Whoever asked gives up in time. */
  async #finished(count: number): Promise<Say> {
    while ((this.#working?.finished() ?? 0) < count) await pause(LOOK_MS);
    return { say: 'worked', elapsedMs: machineMs() - (this.#firstMs ?? machineMs()) };
  }

  #handle(): Stamps {
    const startedMs = machineMs();
    this.#firstMs ??= startedMs;
    return { startedMs, endedMs: machineMs() };
  }

  #nextId(): string {
    this.#submitted += 1;
    return `${process.pid}-${this.#submitted}`;
  }
}

function tell(saying: Say): void {
  process.send?.(saying);
}
