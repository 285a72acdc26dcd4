import type { OutputWindow, RunSegment } from '@seedcore/contracts';
import { isRecord } from '@seedcore/protocol';

/** Segments of a run that are scored together, the newest. */
export const WINDOW_SEGMENTS = 40;
/** Longest goal that is compared, in characters. */
const MAX_GOAL = 8000;

type WindowEvent = NonNullable<OutputWindow['events']>[number];

/**
 * What a run has said, as it is scored: its goal, its newest segments, and what of them was progress or an error.
 *
 * @param segments oldest first
 * @param atMs age of the run at the time of scoring, in ms
 */
export function outputWindow(goal: string, segments: readonly RunSegment[], atMs: number): OutputWindow {
  const window = segments.slice(-WINDOW_SEGMENTS);
  const furthest = Math.max(0, ...segments.slice(0, -WINDOW_SEGMENTS).map(({ pct }) => pct ?? 0));
  const events = eventsOf(window, atMs, furthest);
  return {
    goal: goal.slice(0, MAX_GOAL),
    segments: window.map(({ note }) => note),
    ...(events.length === 0 ? {} : { events }),
  };
}

/** A run that says that it is further than it ever was makes progress; a tool that answers with an error has failed. */
function eventsOf(window: readonly RunSegment[], atMs: number, before: number): WindowEvent[] {
  let furthest = before;
  return window.flatMap((segment, i): WindowEvent[] => {
    const at = { segments_ago: window.length - 1 - i, age_ms: Math.max(0, atMs - segment.at_ms) };
    const further = (segment.pct ?? 0) > furthest;
    furthest = Math.max(furthest, segment.pct ?? 0);
    const failed = isRecord(segment.result) && segment.result['error'] !== undefined;
    return [
      ...(further ? [{ kind: 'progress' as const, ...at }] : []),
      ...(failed ? [{ kind: 'error' as const, ...at }] : []),
    ];
  });
}
