import type { Clock, Timer } from '@seedcore/protocol';
import { MAX_NOTE } from './segment.ts';
import type { HostNote, SkillHost } from './skill-host.ts';

/** Least time between two notes of progress that travel, in ms: twenty a second. */
const PROGRESS_EVERY_MS = 50;
/** Most log lines of one run. */
const MAX_LINES = 200;

type ProgressNote = Extract<HostNote, { note: 'progress' }>;

/** A way of notes to their host that no run can flood. */
export type NoteFlow = {
  tell(note: HostNote): void;
  /** Nothing more comes: what still waits goes out. */
  flush(): void;
};

/** A loop that reports without end must not flood the host: what comes too fast is merged here, at the source. */
export function mergedNotes({ host, clock }: { readonly host: SkillHost; readonly clock: Clock }): NoteFlow {
  let nextAt = Number.NEGATIVE_INFINITY;
  let waiting: ProgressNote | undefined;
  let timer: Timer | undefined;
  let lines = 0;
  const flush = () => {
    timer?.cancel();
    timer = undefined;
    if (waiting === undefined) return;
    nextAt = clock.now() + PROGRESS_EVERY_MS;
    host.tell(waiting);
    waiting = undefined;
  };
  return {
    tell(note) {
      if (note.note === 'log') {
        if (lines++ < MAX_LINES) host.tell(note);
        return;
      }
      waiting = waiting === undefined ? note : both(waiting, note);
      const waitMs = nextAt - clock.now();
      if (waitMs <= 0) flush();
      else timer ??= clock.after(waitMs, flush);
    },
    flush,
  };
}

/** One note of two: both sentences as far as there is room, how far it is now, and the later call of a tool. */
function both(before: ProgressNote, now: ProgressNote): ProgressNote {
  const { tool, args, result } = now.tool === undefined ? before : now;
  const text = before.text.length >= MAX_NOTE ? before.text : `${before.text} · ${now.text}`.slice(0, MAX_NOTE);
  const call = { ...(args === undefined ? {} : { args }), ...(result === undefined ? {} : { result }) };
  return { note: 'progress', text, pct: now.pct ?? before.pct, ...(tool === undefined ? {} : { tool, ...call }) };
}
