import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';

/** Longest wait for a process to be ready, and for its end in order, in ms. */
const READY_MS = 60_000;
const END_MS = 10_000;
/** Of the young generation, in MB, for every Node process alike: few collections, each with its statistics. */
const SEMI_SPACE_MB = 32;
const KEPT_CHARACTERS = 4_000;

/** What runs, and with what. */
export type ProcessSpec = {
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Printed by a process that is ready later than it can be talked to. */
  readonly readyLine?: string;
};

/** Where all of them connect, and what Node is told beside. */
export type ProcessSurroundings = { readonly url: string; readonly nodeArgs: readonly string[] };

/** What every process can say. */
type Saying = { readonly say: string; readonly reason?: string };

/** One server or client under measurement, a process of its own: it is asked one thing at a time, and answers. */
export class AskedProcess<Question extends object, Say extends Saying> {
  readonly #script: string;
  readonly #child: ChildProcess;
  readonly #saying: z.ZodType<Say>;
  #output = '';

  private constructor(
    { script, args = [], env }: ProcessSpec,
    { url, nodeArgs }: ProcessSurroundings,
    saying: z.ZodType<Say>,
  ) {
    this.#script = script;
    this.#saying = saying;
    this.#child = fork(script, [...args], {
      execArgv: [`--max-semi-space-size=${SEMI_SPACE_MB}`, ...nodeArgs],
      env: { ...process.env, NATS_URL: url, SEEDCORE_NS: 'bench', NODE_ENV: 'production', LOG_PRETTY: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-KEPT_CHARACTERS);
      });
  }

  /** Starts one and waits until it is ready. */
  static async start<Question extends object, Say extends Saying>(
    spec: ProcessSpec,
    surroundings: ProcessSurroundings,
    saying: z.ZodType<Say>,
  ): Promise<AskedProcess<Question, Say>> {
    const started = new AskedProcess<Question, Say>(spec, surroundings, saying);
    const { readyLine } = spec;
    const said = started.#answer(READY_MS);
    const printed = readyLine === undefined ? undefined : started.#printed(readyLine, READY_MS);
    try {
      await Promise.all([said, printed]);
    } catch (error) {
      await started.end();
      throw error;
    }
    return started;
  }

  /** Process number. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Its answer of the kind `say` to one question, given within `ms`. */
  async ask<Kind extends Say['say']>(
    question: Question,
    say: Kind,
    ms: number,
  ): Promise<Extract<Say, { readonly say: Kind }>> {
    const answer = this.#answer(ms);
    this.#child.send(question);
    const said = await answer;
    if (isOf(said, say)) return said;
    throw this.#trouble(`said ${said.say}, was asked for ${say}`);
  }

  /** Ends it: left alone it exits by itself, and writes its profile where it keeps one. */
  async end(): Promise<void> {
    const { exitCode, signalCode, connected } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    if (connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  }

  /** What it says next; an error when it fails, ends or says nothing for `ms`. */
  async #answer(ms: number): Promise<Say> {
    const saying = await this.#before<Say>(ms, 'an answer', (settle) => {
      const take = (message: unknown) => settle(this.#saying.parse(message));
      this.#child.once('message', take);
      return () => this.#child.off('message', take);
    });
    if (saying.say === 'failed') throw this.#trouble(saying.reason ?? 'failed');
    return saying;
  }

  #printed(line: string, ms: number): Promise<true> {
    return this.#before(ms, line, (settle) => {
      const look = () => this.#output.includes(line) && settle(true);
      this.#child.stdout?.on('data', look);
      return () => this.#child.stdout?.off('data', look);
    });
  }

  /** Settles when `listen` does; fails when the process ends or `ms` are over. */
  #before<T>(ms: number, what: string, listen: (settle: (value: T) => void) => () => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#child.off('exit', ended);
        leave();
      };
      const fail = (why: string) => {
        stop();
        reject(this.#trouble(why));
      };
      const ended = (code: number | null) => fail(`ended with ${code} before ${what}`);
      const timer = setTimeout(() => fail(`${what}: nothing for ${ms} ms`), ms);
      this.#child.once('exit', ended);
      const leave = listen((value) => {
        stop();
        resolve(value);
      });
    });
  }

  #trouble(what: string): Error {
    return new Error(`${this.#script}: ${what}\n${this.#output.slice(-1500)}`);
  }
}

function isOf<Say extends Saying, Kind extends Say['say']>(
  said: Say,
  kind: Kind,
): said is Extract<Say, { readonly say: Kind }> {
  return said.say === kind;
}
