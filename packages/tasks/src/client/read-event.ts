import { z } from 'zod';
import { taskError, taskState } from '../task-spec.ts';
import type { TaskEvent } from '../tasks.ts';

const event = z.object({
  kind: z.enum(['queued', 'started', 'progress', 'step', 'retrying', 'waiting', 'done']),
  id: z.string(),
  gen: z.int(),
  type: z.string(),
  queue: z.string(),
  state: taskState,
  attempt: z.int(),
  at: z.string(),
  pct: z.number().exactOptional(),
  note: z.string().exactOptional(),
  step: z.string().exactOptional(),
  delay_ms: z.number().exactOptional(),
  error: taskError.exactOptional(),
});

/** An event as it was published; undefined for what is none. */
export function readEvent(body: Uint8Array): TaskEvent | undefined {
  try {
    const checked = event.safeParse(JSON.parse(new TextDecoder().decode(body)));
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined; // anybody may publish on the subject
  }
}
