import { type Clock, delay, type Timer } from '@seedcore/protocol';
import { duration } from '../output/quantity.ts';
import { afterEnd, describeEnd, type ProcessEnd } from './restart-policy.ts';
import type { ProcessLine, ProcessState } from './state-file.ts';

/** A process that was started. */
export interface LaunchedProcess {
  readonly pid: number;
  /** Settles when it has ended; never rejects. */
  readonly ended: Promise<Pick<ProcessEnd, 'code' | 'signal'>>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Whether it says that it is ready to work. */
  isReady(): Promise<boolean>;
}

/** What supervising one process needs. */
export interface SupervisedPorts {
  readonly clock: Clock;
  readonly name: string;
  /** Part of the command line, by which the process is recognised later. */
  readonly marker: string;
  launch(): LaunchedProcess;
  /** Tells people what happened, one line. */
  say(text: string): void;
  /** Called after every change of state. */
  changed(): void;
}

/** How stopping a process went. */
export interface StopReport {
  readonly name: string;
  /** True when it ended by itself with code 0. */
  readonly clean: boolean;
  readonly how: string;
  readonly ms: number;
}

interface Run {
  readonly process: LaunchedProcess;
  readonly began: number;
  readonly startedAt: number;
}

/** Time between two looks at whether a process is ready, in ms. */
const lookMs = 100;

/** Keeps one process running: starts it, says when it is ready, starts it again when it ends by itself. */
export class SupervisedProcess {
  readonly #ports: SupervisedPorts;
  readonly #firstReady = Promise.withResolvers<void>();
  #state: ProcessState = 'stopped';
  #run: Run | undefined;
  #pending: Timer | undefined;
  #restarts = 0;
  #crashes = 0;
  #stopping = false;

  constructor(ports: SupervisedPorts) {
    this.#ports = ports;
  }

  /** Starts the process; resolves when it is ready for the first time, rejects when it is given up before. */
  start(): Promise<void> {
    this.#launch();
    return this.#firstReady.promise;
  }

  /** The process as the state file shows it. */
  line(): ProcessLine {
    const { name, marker } = this.#ports;
    const { process, startedAt } = this.#run ?? {};
    return {
      name,
      marker,
      pid: process?.pid ?? 0,
      state: this.#state,
      restarts: this.#restarts,
      startedAt: startedAt ?? 0,
    };
  }

  /** Asks the process to finish its work and end; ends it for good after `graceMs`. */
  async stop(graceMs: number): Promise<StopReport> {
    const { clock, name } = this.#ports;
    const began = clock.now();
    this.#stopping = true;
    this.#pending?.cancel();
    this.#firstReady.promise.catch(() => undefined); // whoever waited for readiness is stopping us
    const run = this.#state === 'stopped' || this.#state === 'given_up' ? undefined : this.#run;
    if (!run) return { name, clean: true, how: 'was not running', ms: 0 };
    this.#become('stopping');
    run.process.signal('SIGTERM');
    const last = clock.after(graceMs, () => run.process.signal('SIGKILL'));
    const end = await run.process.ended;
    last.cancel();
    this.#become('stopped');
    return { name, clean: end.code === 0, how: describeEnd(end), ms: clock.now() - began };
  }

  /** Ends the process at once, as a second Ctrl-C asks. */
  kill(): void {
    this.#run?.process.signal('SIGKILL');
  }

  #launch(): void {
    const { clock, launch } = this.#ports;
    const run = { process: launch(), began: clock.now(), startedAt: clock.wallMs() };
    this.#run = run;
    this.#become(this.#restarts === 0 ? 'starting' : 'restarting');
    void this.#awaitReady(run);
    void run.process.ended.then((end) => this.#ended(run, end));
  }

  async #awaitReady(run: Run): Promise<void> {
    const { clock, name, say } = this.#ports;
    while (this.#run === run && !this.#stopping) {
      if (await run.process.isReady()) break;
      await delay(clock, lookMs);
    }
    if (this.#run !== run || this.#stopping || this.#state === 'given_up') return;
    const again = this.#restarts > 0 ? ` again (restart ${this.#restarts})` : '';
    say(`${name.padEnd(12)} ready${again} in ${duration(clock.now() - run.began)}`);
    this.#become('ready');
    this.#firstReady.resolve();
  }

  #ended(run: Run, end: Pick<ProcessEnd, 'code' | 'signal'>): void {
    if (this.#stopping) return;
    const { clock, name, say } = this.#ports;
    const verdict = afterEnd(this.#crashes, { ...end, uptimeMs: clock.now() - run.began });
    if (verdict.action === 'give_up') {
      this.#run = undefined;
      this.#become('given_up');
      say(`${name.padEnd(12)} stopped (${describeEnd(end)}): ${verdict.why}; not started again`);
      this.#firstReady.reject(new Error(`${name}: ${verdict.why}`));
      return;
    }
    this.#crashes = verdict.crashes;
    this.#restarts += 1;
    const when = verdict.delayMs === 0 ? 'at once' : `in ${duration(verdict.delayMs)}`;
    say(`${name.padEnd(12)} stopped (${describeEnd(end)}); starting it again ${when}`);
    this.#become('restarting');
    this.#pending = clock.after(verdict.delayMs, () => this.#launch());
  }

  #become(state: ProcessState): void {
    this.#state = state;
    this.#ports.changed();
  }
}
