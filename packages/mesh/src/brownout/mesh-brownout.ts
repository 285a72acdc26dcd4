import { type Clock, MeshError, type Timer } from '@seedcore/protocol';
import type { Kv, KvSpec } from '../kv/kv.ts';
import { type Brownout, type BrownoutLevel, noBrownout } from './brownout.ts';
import { modeReading } from './mode-reading.ts';

/** Where energy keeps the mode; it makes the bucket itself. */
const ENERGY_BUCKET: KvSpec = {
  name: 'energy',
  doc: 'The mode of the organism, and results reported to energy.',
  storage: 'file',
  history: 1,
  maxAgeMs: 0,
  existing: true,
};
const MODE_KEY = 'mode';

/** Energy writes the mode every five seconds; it is read as often. In ms. */
const READ_EVERY_MS = 5_000;
/** A mode nobody has written for this long is unknown, in ms. */
const FRESH_MS = 30_000;

/** What is unknown counts as DEGRADED. */
const unknownMode: Brownout = { level: 1, recovering: false };

/** What reading the mode needs. */
export type MeshBrownoutPorts = {
  readonly clock: Clock;
  readonly kv: Kv;
  /** Something is wrong that nobody waits to hear. */
  readonly report: (where: string, error: unknown) => void;
};

/**
 * The level energy has set for the whole mesh, read every five seconds: 0 until a mode has been seen, 1 when it was not
 * refreshed for 30 s. Time is counted from when a new revision was read here, because wall clocks differ.
 */
export class MeshBrownout implements Brownout {
  readonly #ports: MeshBrownoutPorts;
  #last: Brownout | undefined;
  #revision = 0;
  #refreshedAt = 0;
  #timer: Timer | undefined;
  #running = false;

  constructor(ports: MeshBrownoutPorts) {
    this.#ports = ports;
  }

  get level(): BrownoutLevel {
    return this.#current().level;
  }

  get recovering(): boolean {
    return this.#current().recovering;
  }

  /** Reads now and every five seconds until {@link stop}; starting twice changes nothing. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#round();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  #current(): Brownout {
    if (this.#last === undefined) return noBrownout;
    return this.#ports.clock.now() - this.#refreshedAt <= FRESH_MS ? this.#last : unknownMode;
  }

  async #round(): Promise<void> {
    await this.#read();
    if (this.#running) this.#timer = this.#ports.clock.after(READ_EVERY_MS, () => void this.#round());
  }

  async #read(): Promise<void> {
    const { clock, kv, report } = this.#ports;
    if (!kv.available) return;
    try {
      const stored = await kv.bucket(ENERGY_BUCKET).get(MODE_KEY);
      if (stored?.value === undefined || stored.revision === this.#revision) return;
      const reading = modeReading(stored.value);
      this.#revision = stored.revision;
      if (reading === undefined) return report('brownout', new TypeError('the mode record has no brownout_level'));
      this.#last = reading;
      this.#refreshedAt = clock.now();
    } catch (error) {
      // Without an answer the last mode grows old by itself, and the next round asks again.
      if (!(error instanceof MeshError)) report('brownout', error);
    }
  }
}
