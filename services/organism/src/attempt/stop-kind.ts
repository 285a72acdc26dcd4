import { isRecord, MeshError } from '@seedcore/protocol';
import type { StopKind } from '../domain/skill-end.ts';
import { Stopped } from '../skill/stopped.ts';

/** Why somebody aborted a signal, in the words a skill knows. */
export function stopKindOf(reason: unknown): StopKind {
  if (reason instanceof Stopped) return reason.kind;
  if (!(reason instanceof MeshError)) return 'cancel';
  if (reason.code === 'deadline_exceeded' || reason.code === 'timeout') return 'deadline';
  if (isRecord(reason.details) && reason.details['kind'] === 'fenced') return 'fenced';
  return reason.code === 'draining' ? 'drain' : 'cancel';
}
