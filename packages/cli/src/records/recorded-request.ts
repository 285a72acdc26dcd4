import type { CallRecord, Mesh } from '@seedcore/mesh';
import { MeshError, newTrace, ulid } from '@seedcore/protocol';
import { type RawReply, type RawRequest, rawRequest } from '../discovery/raw-request.ts';

/** One request of this command line; `instance` where only one will do. */
export type TracedRequest = Omit<RawRequest, 'traced'> & { readonly instance: string | undefined };

/**
 * Asks as `rawRequest` does, under an id of its own, and keeps a record when that fails, so that `why` has an answer.
 * Its input is not kept: whoever typed it has it.
 */
export async function recordedRequest(mesh: Mesh, request: TracedRequest): Promise<RawReply> {
  const { clock, random } = mesh;
  const traced = { id: ulid(clock, random), trace: newTrace(random) };
  const startedAt = clock.now();
  const failed = (code: string) => mesh.records.keep(recordOf(mesh, { ...request, traced, startedAt, code }));
  try {
    const reply = await rawRequest(mesh, { ...request, traced });
    if (!reply.ok) failed(reply.error.code);
    return reply.ok ? reply : { ok: false, error: { ...reply.error, trace_id: traced.trace.traceId } };
  } catch (error) {
    failed(error instanceof MeshError ? error.code : 'internal');
    throw error;
  }
}

type Failed = TracedRequest & {
  readonly traced: NonNullable<RawRequest['traced']>;
  readonly startedAt: number;
  readonly code: string;
};

function recordOf(mesh: Mesh, { target, instance, traced, startedAt, code }: Failed): CallRecord {
  const ms = Math.round(mesh.clock.now() - startedAt);
  const at = instance === undefined ? {} : { instance };
  return {
    call: traced.id,
    trace_id: traced.trace.traceId,
    target,
    caller: 'cli',
    instance: mesh.instance,
    started: new Date(mesh.clock.wallMs() - ms).toISOString(),
    ms,
    outcome: code,
    chain: [],
    steps: [{ at_ms: ms, layer: 'attempt', decision: 'failed', detail: { attempt: 1, ...at, code, ms } }],
  };
}
