import { isToken, type Lane, MeshError } from '@seedcore/protocol';
import { readBallast, type Stop } from '@seedcore/store';
import { tasksStream } from '../assets.ts';
import { laneOf } from '../record/accept.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { Priority } from '../task-spec.ts';
import type { Report } from '../work/report.ts';
import { type Refused, refusalOf, STORAGE_LOW, storageShare } from './admission.ts';

/** Facts of this age are asked for again, in the background, by whoever needs them; in ms. */
const REFRESH_MS = 5_000;
/** Facts older than this say nothing any more, in ms. */
const STALE_MS = 30_000;
/** After a write that found no room nothing new is begun for so long, in ms. */
const FULL_MS = 5_000;
/** Lanes remembered between two looks. */
const MAX_LANES = 100;

type Facts = { readonly at: number; readonly storage: number; readonly waiting: ReadonlyMap<string, number> };

/** How much work and room there is, as this process last saw it: a submit never waits for the answer. */
export class Gauge {
  readonly #shelf: TaskShelf;
  readonly #report: Report;
  readonly #listening: Stop;
  /** Lanes somebody wanted to submit to since the last look. */
  readonly #lanes = new Set<string>();
  #facts: Facts | undefined;
  #fullAt = Number.NEGATIVE_INFINITY;
  #looking = false;

  constructor(shelf: TaskShelf, report: Report) {
    this.#shelf = shelf;
    this.#report = report;
    this.#listening = shelf.broker.onStorageFull(() => {
      this.#fullAt = shelf.broker.clock.now();
    });
  }

  /** Why a task is not taken, if it is not; by facts of the last half minute, or none. */
  refusal(queue: string, priority: Priority): Refused | undefined {
    const now = this.#shelf.broker.clock.now();
    const lane = this.#laneOf(queue, laneOf(priority));
    if (lane !== undefined && this.#lanes.size < MAX_LANES) this.#lanes.add(lane);
    const age = now - (this.#facts?.at ?? Number.NEGATIVE_INFINITY);
    if (age > REFRESH_MS) void this.#look();
    if (now - this.#fullAt < FULL_MS) return STORAGE_LOW;
    if (this.#facts === undefined || age > STALE_MS) return undefined;
    const waiting = lane === undefined ? 0 : (this.#facts.waiting.get(lane) ?? 0);
    return refusalOf(priority, { storage: this.#facts.storage, waiting });
  }

  stop(): void {
    this.#listening.stop();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const { broker } = this.#shelf;
      const at = broker.clock.now();
      const storage = storageShare(await broker.storage(), await readBallast(broker));
      this.#facts = { at, storage, waiting: await this.#waiting() };
    } catch (error) {
      if (!(error instanceof MeshError)) this.#report('admission', error); // out of reach: the facts grow old
    } finally {
      this.#looking = false;
    }
  }

  /** What waits in each lane; one that nobody has ever worked is counted by hand. */
  async #waiting(): Promise<ReadonlyMap<string, number>> {
    const { broker, subjects } = this.#shelf;
    const stream = subjects.stream(tasksStream.name);
    const waiting = new Map<string, number>();
    for (const state of await broker.consumerStates(stream)) waiting.set(state.filter, state.waiting);
    const asked = [...this.#lanes];
    this.#lanes.clear();
    for (const lane of asked) if (!waiting.has(lane)) waiting.set(lane, (await broker.subjects(stream, lane)).length);
    return waiting;
  }

  #laneOf(queue: string, lane: Lane): string | undefined {
    return isToken(queue) ? this.#shelf.subjects.taskLane(queue, lane) : undefined;
  }
}
