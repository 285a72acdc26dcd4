import { MeshError } from '@seedcore/protocol';

/** Why an attempt must stop. */
export type StopKind =
  /** Somebody cancelled the task. */
  | 'cancel'
  /** Its deadline has passed. */
  | 'deadline'
  /** It ran too long, or was silent too long. */
  | 'run_limit'
  | 'idle_limit'
  /** The process is going down: the attempt is handed back. */
  | 'drain'
  /** Another claim exists, or the broker was out of reach for too long: nothing may be written any more. */
  | 'fenced'
  | 'lost_contact';

const CODES = {
  cancel: 'cancelled',
  deadline: 'deadline_exceeded',
  run_limit: 'timeout',
  idle_limit: 'timeout',
  drain: 'draining',
  fenced: 'cancelled',
  lost_contact: 'cancelled',
} as const satisfies Record<StopKind, string>;

const MESSAGES: Readonly<Record<StopKind, string>> = {
  cancel: 'the task was cancelled',
  deadline: 'the deadline of the task has passed',
  run_limit: 'the attempt ran for longer than it may',
  idle_limit: 'the attempt made no step and no progress for longer than it may',
  drain: 'the worker is going down',
  fenced: 'another worker has taken the task over',
  lost_contact: 'the broker was out of reach for too long',
};

/** The reason an attempt's signal aborts with. */
export function stopReason(kind: StopKind, id: string): MeshError {
  return new MeshError(CODES[kind], {
    target: `task ${id}`,
    message: `task ${id}: ${MESSAGES[kind]}`,
    details: { kind },
  });
}
