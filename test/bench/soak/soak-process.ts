import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Question, type Saying, saying } from './talk.ts';

/** Longest wait for an answer, in ms: a process may first have to come back from the end of its broker. */
const ANSWER_MS = 60_000;
const END_MS = 10_000;
const KEPT_CHARACTERS = 4_000;

/** One server or client that is soaked, a process of its own. */
export class SoakProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';

  private constructor(name: string, url: string) {
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(`./main-${name}.ts`, import.meta.url)), {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NATS_URL: url, SEEDCORE_NS: 'soak', LOG_PRETTY: 'false', LOG_LEVEL: 'fatal' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-KEPT_CHARACTERS);
      });
  }

  /** Starts one and waits until it can be asked. */
  static async start(name: 'server' | 'client', url: string): Promise<SoakProcess> {
    const started = new SoakProcess(name, url);
    await started.#answer();
    return started;
  }

  /** Asks it one thing. */
  async ask(question: Question): Promise<Saying> {
    const answer = this.#answer();
    this.#child.send(question);
    return answer;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Ends it: left alone it exits by itself. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  }

  /** What it says next. */
  #answer(): Promise<Saying> {
    return new Promise((resolve, reject) => {
      const settle = (what: Saying | Error) => {
        clearTimeout(timer);
        this.#child.off('message', take).off('exit', ended);
        if (what instanceof Error) reject(what);
        else resolve(what);
      };
      const take = (message: unknown) => {
        const said = saying.parse(message);
        settle(said.say === 'failed' ? this.#trouble(said.reason) : said);
      };
      const ended = () => settle(this.#trouble('ended'));
      const timer = setTimeout(() => settle(this.#trouble(`nothing for ${ANSWER_MS} ms`)), ANSWER_MS);
      this.#child.on('message', take).on('exit', ended);
    });
  }

  #trouble(what: string): Error {
    return new Error(`${this.#name}: ${what}\n${this.#output}`);
  }
}
