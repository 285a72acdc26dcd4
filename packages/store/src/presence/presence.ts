import type { ZodType } from 'zod';
import { bucketAsset } from '../asset.ts';
import type { Stop } from '../broker/broker.ts';

/** Somebody who is there, as far as is known. */
export type Here<F> = {
  readonly id: string;
  readonly facts: F /** Since it was last heard of, in ms. */;
  readonly ageMs: number;
};

/** Somebody came, says something else, or is gone; `facts` are absent when gone. */
export type HereChange<F> = { readonly id: string; readonly facts?: F };

/** Being there. */
export interface Joined<F> {
  /** Says something else from now on. */
  change(facts: F): void;
  /** Tells everybody that it has gone; without it they notice after 15 s. Never rejects. */
  leave(): Promise<void>;
}

/** Who of one kind is there, seen by everybody alike. */
export interface Presence<F> {
  /** Says every 5 s that `id`, one token, is there, until it leaves. */
  join(id: string, facts: F): Joined<F>;
  /** Those who are there; while absence means nothing, also those of whom nothing is known at the moment. */
  live(): readonly Here<F>[];
  on(listener: (change: HereChange<F>) => void): Stop;
  /**
   * Pending while absence means "not known yet": before the first look, and for 30 s after nobody was found at all, the
   * connection came back, or a beat of one's own was not acknowledged. A broker that restarts has forgotten everybody.
   */
  readonly settled: Promise<void>;
  /** Leaves, and looks no longer. */
  close(): Promise<void>;
}

/** A kind of things that are there: its name, one token, and what they say of themselves. */
export type PresenceSpec<F extends object> = { readonly kind: string; readonly schema: ZodType<F> };

/** Time between two beats, in ms. */
export const BEAT_MS = 5_000;
/** Whoever was not heard of for so long is gone, in ms. */
export const GONE_MS = 15_000;
/** For so long after a fault absence means nothing, in ms. */
export const UNSETTLED_MS = 30_000;

/** Where everybody says that they are there; in memory, since nobody needs to know who was there before a restart. */
export const hereAsset = bucketAsset('here', 'Who is there: <kind>.<id>, renewed every 5 s, gone after 15 s.', {
  storage: 'memory',
  expiringKeys: true,
});
