import type { OutputWindow } from '@seedcore/contracts';

/** What somebody says at a moment, in ms since the beginning of the run, and what came with it. */
export type Spoken = {
  readonly atMs: number;
  readonly text: string;
  readonly came: readonly ('error' | 'retry' | 'progress')[];
};

/** A run as it was told, and what is known of it: healthy, or what is wrong with it and from when on. */
export type Transcript = {
  readonly name: string;
  readonly language: 'en' | 'ru';
  /** What kind of healthy work it is, or what fault was put in. */
  readonly kind: string;
  readonly fault?: 'loop' | 'divergence' | 'stall' | 'uncertainty';
  readonly onsetMs?: number;
  readonly goal: string;
  readonly said: readonly Spoken[];
};

/** Segments a window holds. */
const WINDOW = 40;

/** The window one sees at a moment: the newest segments that had been said, and how long ago what came with them was. */
export function windowAt({ goal, said }: Transcript, nowMs: number): OutputWindow & { readonly told: number } {
  const heard = said.filter(({ atMs }) => atMs <= nowMs);
  const last = heard.slice(-WINDOW);
  const events = last.flatMap(({ atMs, came }, i) =>
    came.map((kind) => ({ kind, segments_ago: last.length - 1 - i, age_ms: nowMs - atMs })),
  );
  return { goal, segments: last.map(({ text }) => text), events, told: heard.length };
}
