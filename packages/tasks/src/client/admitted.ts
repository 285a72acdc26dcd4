import { MeshError } from '@seedcore/protocol';
import { isStorageFull } from '@seedcore/store';
import { type Refused, STORAGE_LOW } from '../pressure/admission.ts';
import type { Gauge } from '../pressure/gauge.ts';
import { priority, type TaskSpec } from '../task-spec.ts';
import type { SubmitOptions } from '../tasks.ts';

/** Lets a task be taken unless there is too much work, or too little room, already. @throws MeshError `overloaded` */
export async function admitted<T>(
  gauge: Gauge,
  { spec, how }: { readonly spec: TaskSpec; readonly how: SubmitOptions | undefined },
  take: () => Promise<T>,
): Promise<T> {
  const { queue = 'general', target = 'submit' } = how ?? {};
  const asked = priority.safeParse(spec.priority);
  const refused = gauge.refusal(queue, asked.data ?? 'normal');
  if (refused !== undefined) throw overloaded({ target, queue, ...refused });
  try {
    return await take();
  } catch (error) {
    if (isStorageFull(error)) throw overloaded({ target, queue, ...STORAGE_LOW, cause: error });
    throw error;
  }
}

type Overload = Refused & { readonly target: string; readonly queue: string; readonly cause?: unknown };

/** Nothing was taken. */
function overloaded({ target, queue, reason, retryAfterMs, cause }: Overload): MeshError {
  const why = reason === 'queue_full' ? 'too many tasks wait there' : "the broker's storage is nearly full";
  const message = `${target}: no task is taken for queue ${queue} at present, ${why}`;
  return new MeshError('overloaded', {
    target,
    message,
    retryAfterMs,
    started: false,
    details: { reason, queue },
    cause,
  });
}
