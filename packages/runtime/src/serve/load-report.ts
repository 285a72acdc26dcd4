import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** Least distance of two unasked load reports of one endpoint, in ms. */
const EVERY_MS = 20;

/** Decides which replies carry `Sc-Load`: one per endpoint each 20 ms, and every refusal. */
export class LoadReport {
  readonly #instance: string;
  readonly #last = new Map<ServedEndpoint, number>();

  constructor(instance: string) {
    this.#instance = instance;
  }

  /** `<instance> <in flight> <limit> <work ms>`, or undefined when none is due. */
  due(endpoint: ServedEndpoint, at: { now: number; workMs: number; refusal: boolean }): string | undefined {
    const last = this.#last.get(endpoint) ?? Number.NEGATIVE_INFINITY;
    if (!at.refusal && at.now - last < EVERY_MS) return undefined;
    this.#last.set(endpoint, at.now);
    return this.now(endpoint, at.workMs);
  }

  /** The report whenever it is wanted: a stream begins with one, because its reader must know whom to give credit. */
  now({ gate }: ServedEndpoint, workMs: number): string {
    return `${this.#instance} ${gate.running} ${gate.limit} ${Math.round(workMs)}`;
  }
}
