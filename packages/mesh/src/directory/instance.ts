import type { Subjects } from '@seedcore/protocol';
import type { Introduction } from './introduction.ts';

/** How an instance stands with callers; only one that is alive is chosen while there is one. */
export type InstanceState = 'starting' | 'alive' | 'draining' | 'suspect' | 'gone';

/** One instance of a service as callers see it; the directory keeps it up to date in place. */
export interface InstanceView {
  readonly service: string;
  readonly id: string;
  readonly state: InstanceState;
  /** When it was first heard of, monotonic ms: a slow start counts from here. */
  readonly bornAt: number;
  readonly version: string;
  readonly contract: string | undefined;
  readonly speaksMsgpack: boolean;
  /** Calls it runs and takes, as it said last; both 0 before it said anything. */
  readonly inFlight: number;
  readonly limit: number;
  /** When it said so, monotonic ms; −∞ before. */
  readonly reportedAt: number;
  /** When it gave a sign of life last, monotonic ms. */
  readonly heardAt: number;
  /** Subject of one of its endpoints, by its name on the wire. */
  subjectFor(endpoint: string): string;
}

/** The record behind a view; written by `Instances` alone. */
export class InstanceRecord implements InstanceView {
  readonly service: string;
  readonly id: string;
  readonly bornAt: number;
  state: InstanceState = 'alive';
  /** What INFO said; undefined until it has answered. */
  introduction: Introduction | undefined;
  inFlight = 0;
  limit = 0;
  reportedAt = Number.NEGATIVE_INFINITY;
  heardAt: number;
  goneAt = 0;
  /** It tells of its presence, so that silence means something. */
  beats = false;
  /** Refreshes in a row that it did not answer. */
  missed = 0;
  readonly #subjects: Subjects;
  readonly #built = new Map<string, string>();

  constructor(service: string, id: string, { subjects, now }: { readonly subjects: Subjects; readonly now: number }) {
    this.service = service;
    this.id = id;
    this.bornAt = now;
    this.heardAt = now;
    this.#subjects = subjects;
  }

  get version(): string {
    return this.introduction?.version ?? '';
  }

  get contract(): string | undefined {
    return this.introduction?.contract;
  }

  get speaksMsgpack(): boolean {
    return this.introduction?.speaksMsgpack ?? false;
  }

  subjectFor(endpoint: string): string {
    const known = this.#built.get(endpoint);
    if (known !== undefined) return known;
    const subject = this.#subjects.instance(this.service, this.id, endpoint);
    this.#built.set(endpoint, subject);
    return subject;
  }
}
