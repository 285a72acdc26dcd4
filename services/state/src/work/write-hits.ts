import { type Clock, MeshError, type Timer } from '@seedcore/protocol';
import { memoryWithHits } from '../domain/memory/memory-item.ts';
import type { MemoryPorts } from '../memory-ports.ts';

/** Hits of a memory are written at most this often by a replica, in ms. */
const EVERY_MS = 60_000;
/** Writes at the same time. */
const AT_ONCE = 16;

/** Writes hits into memories of the long term once a minute; flashbulbs and episodes are never changed. */
export class WriteHits {
  readonly #ports: Pick<MemoryPorts, 'memories' | 'hits'>;
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  #timer: Timer | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    ports: Pick<MemoryPorts, 'memories' | 'hits'>,
    { clock, onTrouble }: { readonly clock: Clock; readonly onTrouble: (error: unknown) => void },
  ) {
    this.#ports = ports;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#arm();
  }

  /** Writes what was counted so far. */
  async flush(): Promise<void> {
    const counted = this.#ports.hits.take((key) => key.startsWith('m.'));
    for (let i = 0; i < counted.length; i += AT_ONCE)
      await Promise.all(counted.slice(i, i + AT_ONCE).map((one) => this.#write(one)));
  }

  /** Writes the rest and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    await this.flush();
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(EVERY_MS, () => {
      this.#running = this.flush().then(() => this.#arm());
    });
  }

  /** What somebody else changed at the same time, or the broker does not take now, is counted on. */
  async #write([key, hits]: readonly [string, number]): Promise<void> {
    const { memories, hits: counts } = this.#ports;
    const known = memories.view.get(key);
    if (known === undefined) return;
    try {
      const written = await memories.write([{ key, expect: known.rev, value: memoryWithHits(known.value, hits) }]);
      if (written.kind === 'overtaken' && memories.view.get(key) !== undefined) counts.add(key, hits);
    } catch (error) {
      this.#onTrouble(error);
      if (!(error instanceof MeshError)) return;
      counts.add(key, hits);
    }
  }
}
