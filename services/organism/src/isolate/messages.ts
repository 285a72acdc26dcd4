import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import type { SkillEnd, StopKind } from '../domain/skill-end.ts';
import type { HostNote, HostRequest, RunOrder } from '../skill/skill-host.ts';

/** What the host says to a thread. */
export type ToIsolate =
  | { readonly say: 'run'; readonly run: number; readonly order: RunOrder }
  | { readonly say: 'abort'; readonly run: number; readonly kind: StopKind }
  | { readonly say: 'ping' }
  | { readonly say: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly say: 'refusal'; readonly id: number; readonly error: PortError };

/** What a thread says to its host. */
export type FromIsolate =
  | { readonly say: 'ready' }
  | { readonly say: 'pong' }
  | { readonly say: 'request'; readonly run: number; readonly id: number; readonly request: HostRequest }
  | { readonly say: 'note'; readonly run: number; readonly note: HostNote }
  | { readonly say: 'ended'; readonly run: number; readonly end: SkillEnd };

/** An error as it crosses a message port. */
export type PortError = {
  readonly mesh?: { readonly code: MeshErrorCode; readonly target: string; readonly retryAfterMs: number | undefined };
  readonly message: string;
};

/** An error made fit for a message port. */
export function toPortError(cause: unknown): PortError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof MeshError)) return { message };
  return { message, mesh: { code: cause.code, target: cause.target, retryAfterMs: cause.retryAfterMs } };
}

/** The error on the other side of the port. */
export function fromPortError({ mesh, message }: PortError): Error {
  if (mesh === undefined) return new Error(message);
  return new MeshError(mesh.code, { target: mesh.target, message, retryAfterMs: mesh.retryAfterMs });
}
