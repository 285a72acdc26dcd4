import type { RunSegment } from '@seedcore/contracts';

/** Most segments of one run remembered: as many as the stream keeps of a task. */
export const KEPT_SEGMENTS = 100;
/** Samples that are made up for when a run is first looked at: as many as are looked back on. */
const MADE_UP = 5;
/** Time between two samples, in ms. */
export const SAMPLE_EVERY_MS = 2000;

/** Segments told up to some time, and how old the run was then. */
export type Cut = { readonly segments: readonly RunSegment[]; readonly ageMs: number };

/** Takes segments of a run, however often and in whatever order they come: the newest hundred, each once, oldest first. */
export function withSegments(known: readonly RunSegment[], more: readonly RunSegment[]): readonly RunSegment[] {
  const bySeq = new Map([...known, ...more].map((segment) => [segment.seq, segment]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-KEPT_SEGMENTS);
}

/**
 * What whoever watched a run before would have sampled: one sample for each two seconds in which it said something, the
 * last five, the whole of it last.
 */
export function pastCuts(segments: readonly RunSegment[], ageMs: number): readonly Cut[] {
  const slot = ({ at_ms }: RunSegment) => Math.floor(at_ms / SAMPLE_EVERY_MS);
  const ends = segments.flatMap((segment, i) => {
    const next = segments[i + 1];
    return next === undefined || slot(next) > slot(segment) ? [i + 1] : [];
  });
  return ends.slice(-MADE_UP).map((end) => {
    const part = segments.slice(0, end);
    return { segments: part, ageMs: end === segments.length ? ageMs : (part.at(-1)?.at_ms ?? 0) };
  });
}
