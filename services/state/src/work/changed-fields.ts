import type { Beat } from '@seedcore/contracts';
import { MeshError, type Timer } from '@seedcore/protocol';
import type { Ports } from '../ports.ts';
import { type AgentWish, type AgentWritten, writeAgent } from './write-agent.ts';

/** Changed fields of an agent are written at most this often, in ms. */
const EVERY_MS = 5000;
/** Writes at the same time. */
const AT_ONCE = 16;
/** Most agents that wait to be written. */
const MOST_WAITING = 20_000;

type Waiting = Pick<AgentWish, 'patch' | 'epoch' | 'who'>;

/** Hears what became of a beat's fields that were not written. */
export type OnRefused = (agentId: string, why: string) => void;

/** Collects the `changed` fields of heartbeats and writes them to the records, every 5 s. */
export class ChangedFields {
  readonly #ports: Ports;
  readonly #onRefused: OnRefused;
  readonly #waiting = new Map<string, Waiting>();
  #timer: Timer | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: Ports, onRefused: OnRefused) {
    this.#ports = ports;
    this.#onRefused = onRefused;
  }

  /** Adds the fields of a beat to what waits for its agent; the newest value of a field counts. */
  add({ agent_id: agentId, changed }: Beat, instance: string): void {
    if (changed === undefined) return;
    const { epoch, ...patch } = changed;
    const before = this.#waiting.get(agentId);
    if (before === undefined && this.#waiting.size >= MOST_WAITING) this.#onRefused(agentId, 'too many wait');
    else this.#put(agentId, { patch: { ...before?.patch, ...patch }, epoch: epoch ?? before?.epoch, who: instance });
  }

  /** Writes what waits now. */
  async flush(): Promise<void> {
    const batch = [...this.#waiting];
    this.#waiting.clear();
    for (let i = 0; i < batch.length; i += AT_ONCE)
      await Promise.all(batch.slice(i, i + AT_ONCE).map(([agentId, waiting]) => this.#write(agentId, waiting)));
  }

  /** Writes the rest and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    await this.flush();
  }

  #put(agentId: string, waiting: Waiting): void {
    this.#waiting.set(agentId, waiting);
    if (this.#stopped) return;
    this.#timer ??= this.#ports.clock.after(EVERY_MS, () => {
      this.#timer = undefined;
      this.#running = this.#running.then(() => this.flush());
    });
  }

  /** What the broker, or a restore, does not take now waits on, below whatever has come since. */
  async #write(agentId: string, waiting: Waiting): Promise<void> {
    const held = this.#ports.backups.held().includes('agents');
    if (held && this.#stopped) return this.#onRefused(agentId, 'a restore holds the agents');
    if (held) return this.#wait(agentId, waiting);
    try {
      const written = await writeAgent(this.#ports, { agentId, ...waiting, normalise: false, create: true });
      if (written.kind !== 'ok') this.#onRefused(agentId, reasonOf(written));
    } catch (error) {
      this.#onRefused(agentId, error instanceof Error ? error.message : String(error));
      if (!(error instanceof MeshError)) return;
      this.#wait(agentId, waiting);
    }
  }

  #wait(agentId: string, waiting: Waiting): void {
    const since = this.#waiting.get(agentId);
    this.#put(agentId, { ...waiting, ...since, patch: { ...waiting.patch, ...since?.patch } });
  }
}

const reasonOf = (written: Exclude<AgentWritten, { kind: 'ok' }>): string =>
  written.kind === 'refused' ? written.refusal.code : written.kind;
