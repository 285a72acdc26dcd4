import type { Clock } from '@seedcore/protocol';

/** A drift score as others may want to know it. */
export type DriftScored = { readonly stream: string; readonly score: number; readonly alarm: boolean };

/** What ml needs of the world. */
export type Ports = {
  readonly clock: Clock;
  /** Tells the mesh about a score; nobody has to listen. */
  readonly announce: (scored: DriftScored) => void;
};
