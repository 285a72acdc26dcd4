import { AskedProcess, type ProcessSpec, type ProcessSurroundings } from '../asked-process.ts';
import { type Ask, type Say, type SliceSeen, say } from './slice.ts';

/** Longest wait for an answer beyond its slice, in ms. */
const ANSWER_MS = 30_000;

/** One server or client of the calls under measurement. */
export class BenchProcess {
  readonly #process: AskedProcess<Ask, Say>;

  private constructor(process: AskedProcess<Ask, Say>) {
    this.#process = process;
  }

  /** Starts one and waits until it is ready. */
  static async start(spec: ProcessSpec, surroundings: ProcessSurroundings): Promise<BenchProcess> {
    return new BenchProcess(await AskedProcess.start<Ask, Say>(spec, surroundings, say));
  }

  /** Process number. */
  get pid(): number {
    return this.#process.pid;
  }

  /** CPU time it has used so far, in ms. */
  async cpuMs(): Promise<number> {
    return (await this.#process.ask({ ask: 'cpu' }, 'cpu', ANSWER_MS)).cpuMs;
  }

  /** Has it drive one slice. */
  async slice(load: Omit<Extract<Ask, { ask: 'slice' }>, 'ask'>): Promise<SliceSeen> {
    return (await this.#process.ask({ ask: 'slice', ...load }, 'slice', load.ms + ANSWER_MS)).seen;
  }

  /** Ends it. */
  end(): Promise<void> {
    return this.#process.end();
  }
}
