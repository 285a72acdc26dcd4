import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '@seedcore/protocol';
import type { WorkerOptions } from '@seedcore/tasks';
import type { Drained } from '../../checkers/task-history.ts';
import { Program } from '../../support/program.ts';

const mainOf = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** How a worker process works. */
export type WorkerSettings = Partial<Omit<WorkerOptions, 'handlers'>> & { readonly queue?: string };

/** Short leases, so that what a lost worker held is taken over soon. */
const TIMES = { ackWaitMs: 4_000, beatMs: 1_000 };

/** Share of the processes that are not killed but asked to go. */
const ASKED_TO_GO = 0.3;

/** The processes of a chaos test, which may be killed at any moment and are started again. */
export class Crew {
  /** Workers that have said they have drained. */
  readonly drained: Drained[] = [];
  readonly #url: string;
  readonly #members = new Set<Program>();
  readonly #starts = new Map<Program, () => Promise<Program>>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Starts a worker, of the queue `demo` unless it says another one. */
  worker(settings: WorkerSettings = {}): Promise<Program> {
    const how = { queue: 'demo', times: TIMES, ...settings };
    return this.#start('main-chaos-worker', { SC_WORKER: JSON.stringify(how) });
  }

  coordinator(): Promise<Program> {
    return this.#start('main-chaos-coordinator', {});
  }

  /** Ends one of them at random and starts it again: most of them as `kill -9` does, the others are asked to go. */
  async replaceOne(random: Random): Promise<void> {
    const members = [...this.#members];
    const victim = members[Math.floor(random.next() * members.length)];
    if (victim === undefined) return;
    const start = this.#starts.get(victim);
    await (random.next() < ASKED_TO_GO ? this.#ask(victim) : this.kill(victim));
    await start?.();
  }

  /** Kills them one after the other, one every `everyMs`, until the signal; tells how many. */
  async harass(random: Random, everyMs: number, signal: AbortSignal): Promise<number> {
    let kills = 0;
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      await this.replaceOne(random);
      kills += 1;
    }
    return kills;
  }

  async kill(member: Program): Promise<void> {
    this.#members.delete(member);
    await member.stop('SIGKILL');
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#members].map((member) => this.kill(member)));
  }

  /** Lets it drain, and notes what it says of that. */
  async #ask(member: Program): Promise<void> {
    this.#members.delete(member);
    await member.stop('SIGTERM');
    const owner = member.output.match(/^ready (\S+)/m)?.[1];
    const at = member.output.match(/^drained at (\d+)/m)?.[1];
    if (owner !== undefined && at !== undefined) this.drained.push({ owner, at: Number(at) });
  }

  async #start(main: string, env: Record<string, string>): Promise<Program> {
    const program = new Program(process.execPath, [mainOf(main)], { env: { NATS_URL: this.#url, ...env } });
    this.#members.add(program);
    this.#starts.set(program, () => this.#start(main, env));
    await program.printed(/^ready /m);
    return program;
  }
}
