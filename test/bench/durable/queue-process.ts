import { AskedProcess, type ProcessSpec, type ProcessSurroundings } from '../asked-process.ts';
import { type Ask, type Say, say } from './talk.ts';

/** Longest wait for an answer, in ms: a second of fast submits may be a minute of slow work. */
const ANSWER_MS = 180_000;

/** What was accepted in one go. */
export type Submitted = Omit<Extract<Say, { say: 'submitted' }>, 'say'>;
/** What was seen of tasks that were waited for, each its own entry. */
export type Waited = Omit<Extract<Say, { say: 'waited' }>, 'say'>;

/** The submitting or the working process of a contender. */
export class QueueProcess {
  readonly #process: AskedProcess<Ask, Say>;

  private constructor(process: AskedProcess<Ask, Say>) {
    this.#process = process;
  }

  static async start(spec: ProcessSpec, surroundings: ProcessSurroundings): Promise<QueueProcess> {
    return new QueueProcess(await AskedProcess.start<Ask, Say>(spec, surroundings, say));
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Keeps submits under way. */
  submit(load: Omit<Extract<Ask, { ask: 'submit' }>, 'ask'>): Promise<Submitted> {
    return this.#process.ask({ ask: 'submit', ...load }, 'submitted', ANSWER_MS);
  }

  /** Submits `count` tasks one after the other and waits for each. */
  wait(count: number): Promise<Waited> {
    return this.#process.ask({ ask: 'wait', count }, 'waited', ANSWER_MS);
  }

  /** Begins to work. */
  async open(work: { readonly slots: number; readonly results: boolean }): Promise<void> {
    await this.#process.ask({ ask: 'open', ...work }, 'opened', ANSWER_MS);
  }

  /** Resolves when `count` tasks are finished since it was opened; with the ms since the first was taken. */
  async finished(count: number): Promise<number> {
    return (await this.#process.ask({ ask: 'finished', count }, 'worked', ANSWER_MS)).elapsedMs;
  }

  /** Works no more. */
  async close(): Promise<void> {
    await this.#process.ask({ ask: 'close' }, 'closed', ANSWER_MS);
  }

  end(): Promise<void> {
    return this.#process.end();
  }
}
