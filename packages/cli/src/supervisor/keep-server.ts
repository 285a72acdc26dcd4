import type { RunningServer } from '@seedcore/nats-dev';
import { type Clock, delay } from '@seedcore/protocol';
import { duration } from '../output/quantity.ts';
import { afterEnd, describeEnd } from './restart-policy.ts';
import type { ProcessLine, ProcessState } from './state-file.ts';

/** What keeping a server needs. */
export interface KeeperPorts {
  readonly clock: Clock;
  say(text: string): void;
  changed(): void;
}

/** Starts a nats-server again, on the same port and data, whenever it ends by itself. */
export class ServerKeeper {
  readonly #server: RunningServer;
  readonly #ports: KeeperPorts;
  #state: ProcessState = 'ready';
  #restarts = 0;
  #crashes = 0;
  #startedAt: number;
  #began: number;
  #stopping = false;
  #restarting: Promise<void> | undefined;

  constructor(server: RunningServer, ports: KeeperPorts) {
    this.#server = server;
    this.#ports = ports;
    this.#startedAt = ports.clock.wallMs();
    this.#began = ports.clock.now();
    this.#watch();
  }

  /** The server as the state file shows it. */
  line(): ProcessLine {
    return {
      name: 'nats-server',
      pid: this.#server.pid,
      state: this.#state,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
      marker: this.#server.dataDir,
    };
  }

  /** Ends the server in order; waits for a restart that is under way first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restarting;
    await this.#server.stop();
  }

  #watch(): void {
    void this.#server.ended.then((end) => {
      if (!this.#stopping) this.#restarting = this.#restart(describeEnd(end));
    });
  }

  async #restart(why: string): Promise<void> {
    const { clock, say, changed } = this.#ports;
    this.#state = 'restarting';
    this.#restarts += 1;
    changed();
    for (let reason = why; !this.#stopping; ) {
      const verdict = afterEnd(this.#crashes, { code: null, signal: null, uptimeMs: clock.now() - this.#began });
      const delayMs = verdict.action === 'restart' ? verdict.delayMs : 0;
      this.#crashes = verdict.action === 'restart' ? verdict.crashes : this.#crashes;
      say(
        `nats-server  stopped (${reason}); starting it again ${delayMs === 0 ? 'at once' : `in ${duration(delayMs)}`}`,
      );
      await delay(clock, delayMs);
      const problem = await this.#tryRestart();
      if (problem === undefined) return;
      reason = problem;
    }
  }

  async #tryRestart(): Promise<string | undefined> {
    const { clock, say, changed } = this.#ports;
    const began = clock.now();
    try {
      await this.#server.restart();
    } catch (error) {
      this.#began = clock.now();
      return error instanceof Error ? error.message : String(error);
    }
    this.#began = clock.now();
    this.#startedAt = clock.wallMs();
    this.#state = 'ready';
    say(`nats-server  ready again (restart ${this.#restarts}) in ${duration(clock.now() - began)}`);
    changed();
    this.#watch();
    return undefined;
  }
}
