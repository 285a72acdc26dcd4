import type { ModeRecord } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { MeshError, type Timer } from '@seedcore/protocol';
import { type Bucket, StoreError } from '@seedcore/store';
import type { Census } from '../domain/snapshot-source.ts';

/** The services that make a mesh, in name order. */
const SERVICES = ['cognitive', 'coordinator', 'energy', 'ml', 'organism', 'state'] as const;
/** How often they are asked, in ms. */
const EVERY_MS = 5000;

type Seen = { readonly instances: ReadonlyMap<string, number>; readonly atMs: number };
type Mode = { readonly record: ModeRecord };

/** Asks the bus who is there and reads the mode, every 5 s; answers from what it last heard. */
export class MeshCensus {
  readonly #mesh: Mesh;
  readonly #modes: Bucket<ModeRecord>;
  readonly #heardAt = new Map<string, number>();
  #seen: Seen | undefined;
  #mode: Mode | undefined;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(mesh: Mesh, modes: Bucket<ModeRecord>) {
    this.#mesh = mesh;
    this.#modes = modes;
  }

  /** Asks now, and again every 5 s. */
  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** What is known now. */
  read(): Census {
    const { clock } = this.#mesh;
    const now = clock.now();
    return {
      services: SERVICES.map((service) => {
        const heard = this.#heardAt.get(service);
        return {
          service,
          instances: this.#seen?.instances.get(service) ?? 0,
          age_ms: heard === undefined ? null : Math.round(now - heard),
        };
      }),
      ageMs: this.#seen === undefined ? undefined : Math.round(now - this.#seen.atMs),
      mode: this.#mode === undefined ? undefined : modeAt(this.#mode.record, clock.wallMs()),
    };
  }

  async #round(): Promise<void> {
    await Promise.all([this.#ask(), this.#readMode()]);
    if (!this.#stopped) this.#timer = this.#mesh.clock.after(EVERY_MS, () => void this.#round());
  }

  async #ask(): Promise<void> {
    const { ns, clock } = this.#mesh;
    try {
      const all = await this.#mesh.ping();
      const here = all.filter(({ metadata }) => metadata['ns'] === ns);
      const instances = new Map<string, number>();
      for (const { name } of here) instances.set(name, (instances.get(name) ?? 0) + 1);
      this.#seen = { instances, atMs: clock.now() };
      for (const name of instances.keys()) this.#heardAt.set(name, clock.now());
    } catch (error) {
      if (!(error instanceof MeshError)) throw error; // not connected: what was seen grows old, and says so
    }
  }

  async #readMode(): Promise<void> {
    try {
      const read = await this.#modes.get('mode');
      if (read !== undefined) this.#mode = { record: read.value };
    } catch (error) {
      if (!(error instanceof MeshError) && !(error instanceof StoreError)) throw error; // unknown stays unknown
    }
  }
}

const modeAt = ({ mode, checked_at }: ModeRecord, wallMs: number): NonNullable<Census['mode']> => ({
  value: mode,
  ageMs: Math.max(0, wallMs - Date.parse(checked_at)),
});
