import { openStore } from '@seedcore/store';
import { openTasks, type TaskEvent } from '@seedcore/tasks';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson } from '../output/print.ts';
import { progressBar } from '../output/progress-bar.ts';
import { duration } from '../output/quantity.ts';
import { clip } from '../output/text-width.ts';
import type { Surroundings } from '../surroundings.ts';
import { followTask } from '../work/follow-task.ts';
import { eventLine, stateLine } from '../work/task-story.ts';
import { showResult } from './task.ts';
import { answered, client, type TaskTools } from './task-tools.ts';

/** How long a task is watched unless told otherwise, in ms. */
const defaultWatchMs = 3_600_000;

/** Shows what becomes of a task as it happens, and its result in the end; the exit code says how it went. */
export async function watchTask(id: string, forMs: number | undefined, tools: TaskTools): Promise<ExitCode> {
  const { options, surroundings, mesh } = tools;
  const withinMs = forMs ?? defaultWatchMs;
  const store = openStore(mesh);
  const tasks = openTasks(store);
  const following = tasks.follow(id, (event) =>
    options.json ? printJson(surroundings, event) : tell(event, surroundings),
  );
  try {
    const first = answered(await client(tools).get_task({ id }));
    if (!options.json) surroundings.note(stateLine(first));
    const last = (await followTask(mesh, id, withinMs)) ?? first;
    if (options.json) printJson(surroundings, last);
    if (last.result !== undefined) return showResult(last.result, tools);
    surroundings.note(`not finished within ${duration(withinMs)}: it is ${last.state}`);
    return exitCodes.failed;
  } finally {
    following.stop();
    await tasks.close();
    await store.close();
  }
}

/** A line for each event; progress is a bar that moves where the terminal allows it. */
function tell(event: TaskEvent, { note, transient, width, styles }: Surroundings): void {
  const line = eventLine(event);
  if (line !== undefined) {
    note(`${styles.dim(event.at)}  ${line}`);
    return;
  }
  const bar = `${event.pct === undefined ? '' : `${progressBar(event.pct)}  `}${event.note ?? ''}`;
  if (transient) transient(clip(bar, width ?? 80));
  else note(`${event.at}  ${bar}`);
}
