import type { TaskView } from '@seedcore/contracts';
import type { TaskEvent } from '@seedcore/tasks';
import { duration } from '../output/quantity.ts';

/** One line for people about what became of a task, or nothing where its progress says it better. */
export function eventLine(event: TaskEvent): string | undefined {
  const { kind, queue, attempt, step, delay_ms, error } = event;
  const why = error === undefined ? '' : `, ${error.code}: ${error.message}`;
  switch (kind) {
    case 'queued':
      return `waits in queue ${queue}`;
    case 'started':
      return `attempt ${attempt} begins in queue ${queue}`;
    case 'step':
      return `step ${step ?? ''} is done`;
    case 'retrying':
      return `attempt ${attempt} failed${why}${delay_ms === undefined ? '' : `; again in ${duration(delay_ms)}`}`;
    case 'waiting':
      return event.state === 'held'
        ? `is held back: ${event.note ?? ''}`
        : 'rests until something happens that it waits for';
    case 'done':
      return event.state;
    case 'progress':
      return undefined;
  }
}

/** Where a task is when one begins to look. */
export function stateLine({ type, state, queue, attempt }: TaskView): string {
  return `${type} is ${state}${attempt > 0 ? `, attempt ${attempt}` : ''}, queue ${queue}`;
}
