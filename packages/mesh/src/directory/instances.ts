import type { Subjects } from '@seedcore/protocol';
import { InstanceRecord, type InstanceState, type InstanceView } from './instance.ts';
import type { Introduction } from './introduction.ts';

/** Most instances of one service that are remembered. */
export const MAX_INSTANCES = 256;
/** An instance that told of its presence and then gives no sign for this long is suspect, in ms. */
export const SILENCE_MS = 15_000;
/** An instance that is gone is remembered for this long, in ms. */
export const GONE_MS = 60_000;
/** Refreshes an instance without presence may miss before it is forgotten: one lost answer is no departure. */
const MISSES = 2;

/** What may change the picture of one service. */
export type DirectoryEvent =
  /** Everybody who answered INFO, which was asked at `askedAt`. */
  | { readonly kind: 'info'; readonly found: readonly Introduction[]; readonly askedAt: number }
  /** It said that it is there, and how it stands. */
  | { readonly kind: 'presence'; readonly id: string; readonly state: 'starting' | 'alive' | 'draining' }
  /** It took its presence back. */
  | { readonly kind: 'ended'; readonly id: string }
  /** Any reply of it. */
  | { readonly kind: 'reply'; readonly id: string }
  /** What it said of its load, in a reply or in its presence. */
  | { readonly kind: 'load'; readonly id: string; readonly inFlight: number; readonly limit: number }
  /** It refused because it is draining. */
  | { readonly kind: 'draining'; readonly id: string }
  /** Nobody listens on its own subject. */
  | { readonly kind: 'no_responder'; readonly id: string }
  /** Nothing could be heard until now: the silence so far accuses nobody. */
  | { readonly kind: 'rebase' }
  /** Time has passed; `deaf` when this process cannot be sure to hear others. */
  | { readonly kind: 'time'; readonly deaf: boolean };

const NOBODY: readonly InstanceView[] = Object.freeze([]);

/**
 * The instances of one service, as a machine without clock or chance: equal events at equal times give equal pictures.
 * A time that runs backwards counts as the last one seen.
 */
export class Instances {
  readonly #service: string;
  readonly #subjects: Subjects;
  readonly #members = new Map<string, InstanceRecord>();
  #now = Number.NEGATIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;
  #routable: readonly InstanceView[] | undefined = NOBODY;
  #allMsgpack = false;
  #strangers = false;

  constructor(service: string, subjects: Subjects) {
    this.#service = service;
    this.#subjects = subjects;
  }

  /** When time alone changes something next; +∞ when it does not. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Every instance that is remembered, first heard of first. */
  all(): readonly InstanceView[] {
    return [...this.#members.values()];
  }

  get(id: string): InstanceView | undefined {
    return this.#members.get(id);
  }

  /**
   * Whom to choose from: those alive, or the suspects when nobody is. Empty when the queue group has to choose, because
   * somebody has no subject of its own. The same array until something changes.
   */
  routable(): readonly InstanceView[] {
    return this.#routable ?? this.#rebuild();
  }

  /** True when everybody who may get a request of the queue group reads MessagePack. */
  get allSpeakMsgpack(): boolean {
    if (this.#routable === undefined) this.#rebuild();
    return this.#allMsgpack;
  }

  /** True while somebody is known by a sign only and has not been asked who it is. */
  get strangers(): boolean {
    return this.#strangers;
  }

  /** Takes one event. */
  step(event: DirectoryEvent, at: number): void {
    this.#now = Math.max(at, this.#now);
    if (event.kind === 'info') this.#introduced(event.found, event.askedAt);
    else if (event.kind === 'presence') this.#present(event.id, event.state);
    else if (event.kind === 'reply') this.#sign(event.id, this.#now);
    else if (event.kind === 'load') this.#reported(event.id, event);
    else if (event.kind === 'rebase') this.#rebase();
    else if (event.kind === 'time') this.#pass(event.deaf);
    else this.#accused(event.kind, this.#members.get(event.id));
  }

  #introduced(found: readonly Introduction[], askedAt: number): void {
    const ids = new Set(found.map(({ id }) => id));
    for (const introduction of found) {
      const record = this.#sign(introduction.id, askedAt);
      if (record !== undefined) record.introduction = introduction;
    }
    for (const record of this.#members.values()) if (!ids.has(record.id)) this.#miss(record);
    this.#strangers = [...this.#members.values()].some((one) => one.introduction === undefined && one.bornAt > askedAt);
    this.#routable = undefined;
  }

  #miss(record: InstanceRecord): void {
    record.missed += 1;
    const heard = record.beats && this.#now - record.heardAt < SILENCE_MS;
    if (record.missed >= MISSES && !heard && record.state !== 'gone') this.#forget(record);
  }

  #present(id: string, state: InstanceState): void {
    const record = this.#sign(id, this.#now);
    if (record === undefined) return;
    record.beats = true;
    this.#due(this.#now + SILENCE_MS);
    this.#become(record, state);
  }

  #reported(id: string, { inFlight, limit }: { readonly inFlight: number; readonly limit: number }): void {
    const record = this.#sign(id, this.#now);
    if (record === undefined) return;
    record.inFlight = inFlight;
    record.limit = limit;
    record.reportedAt = this.#now;
  }

  /** A sign of life given at `at`, which may be before it was found to be gone. */
  #sign(id: string, at: number): InstanceRecord | undefined {
    const record = this.#members.get(id) ?? this.#join(id);
    if (record === undefined) return undefined;
    if (record.state === 'gone' && at < record.goneAt) return record;
    record.heardAt = this.#now;
    record.missed = 0;
    if (record.state === 'suspect' || record.state === 'gone') this.#become(record, 'alive');
    return record;
  }

  #join(id: string): InstanceRecord | undefined {
    if (this.#members.size >= MAX_INSTANCES && !this.#makeRoom()) return undefined;
    const record = new InstanceRecord(this.#service, id, { subjects: this.#subjects, now: this.#now });
    this.#members.set(id, record);
    this.#strangers = true;
    this.#routable = undefined;
    return record;
  }

  #makeRoom(): boolean {
    const all = [...this.#members.values()];
    const spare = all.find(({ state }) => state === 'gone') ?? all.find(({ state }) => state === 'suspect');
    if (spare !== undefined) this.#forget(spare);
    return spare !== undefined;
  }

  #accused(kind: 'ended' | 'draining' | 'no_responder', record: InstanceRecord | undefined): void {
    if (record === undefined || record.state === 'gone') return;
    if (kind === 'ended') record.beats = false;
    if (kind === 'draining') this.#become(record, 'draining');
    // Who said that it drains and then took its presence back has left; nobody else is gone for that alone.
    else if (kind === 'no_responder' || record.state === 'draining') this.#leave(record);
    else this.#become(record, 'suspect');
  }

  #leave(record: InstanceRecord): void {
    record.goneAt = this.#now;
    record.beats = false;
    this.#due(this.#now + GONE_MS);
    this.#become(record, 'gone');
  }

  #rebase(): void {
    for (const record of this.#members.values()) record.heardAt = this.#now;
  }

  #pass(deaf: boolean): void {
    if (deaf) this.#rebase();
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const record of this.#members.values()) {
      if (record.beats && this.#now - record.heardAt >= SILENCE_MS) this.#silent(record);
      if (record.state === 'gone' && this.#now - record.goneAt >= GONE_MS) this.#forget(record);
      else if (record.state === 'gone') this.#due(record.goneAt + GONE_MS);
      else if (record.beats) this.#due(record.heardAt + SILENCE_MS);
    }
  }

  #silent(record: InstanceRecord): void {
    record.beats = false;
    if (record.state === 'draining') this.#leave(record);
    else this.#become(record, 'suspect');
  }

  #become(record: InstanceRecord, state: InstanceState): void {
    if (record.state === state) return;
    record.state = state;
    this.#routable = undefined;
  }

  #forget(record: InstanceRecord): void {
    this.#members.delete(record.id);
    this.#routable = undefined;
  }

  #due(at: number): void {
    if (at < this.#dueAt) this.#dueAt = at;
  }

  #rebuild(): readonly InstanceView[] {
    const there = [...this.#members.values()].filter(({ state }) => state !== 'gone');
    this.#allMsgpack = there.length > 0 && there.every(({ speaksMsgpack }) => speaksMsgpack);
    const needsQueue = there.some(({ introduction }) => introduction?.addressable === false);
    const known = needsQueue ? [] : there.filter(({ introduction }) => introduction !== undefined);
    const alive = known.filter(({ state }) => state === 'alive');
    const chosen = alive.length > 0 ? alive : known.filter(({ state }) => state === 'suspect');
    this.#routable = chosen.length === 0 ? NOBODY : chosen;
    return this.#routable;
  }
}
