import { z } from 'zod';
import { MAX_ERROR_HEADER, MAX_ERROR_MESSAGE } from '../limits.ts';
import { isMeshErrorCode, MeshError, meshErrors } from '../mesh-error.ts';
import { printable } from '../printable.ts';

/** An error as it travels in the body of a reply, for those who cannot see headers. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    status: z.number().int(),
    message: z.string(),
    retryable: z.boolean(),
    retry_after_ms: z.number().optional(),
    details: z.unknown().optional(),
    trace_id: z.string().optional(),
  }),
});

/** An error as it travels. */
export type ErrorBody = z.infer<typeof errorBody>;

/** The body of a `MeshError`; work that may have run is worth repeating only where the endpoint is idempotent. */
export function errorBodyOf(error: MeshError, { idempotent }: { idempotent: boolean }): ErrorBody {
  const { retried } = meshErrors[error.code];
  return {
    error: {
      code: error.code,
      status: error.status,
      message: printable(error.message, MAX_ERROR_MESSAGE),
      retryable: retried === 'always' || (retried === 'if_idempotent' && idempotent),
      ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: Math.ceil(error.retryAfterMs) }),
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(error.traceId === undefined ? {} : { trace_id: error.traceId }),
    },
  };
}

/** The body of a declared failure. */
export function failureBody(code: string, status: number, details: unknown): ErrorBody {
  return { error: { code, status, message: code.replaceAll('_', ' '), retryable: false, details } };
}

/** The `MeshError` a reply body stands for; undefined when its code is not of the mesh's table. */
export function meshErrorOf(body: ErrorBody, target: string): MeshError | undefined {
  const { code, message, retry_after_ms, details, trace_id } = body.error;
  if (!isMeshErrorCode(code)) return undefined;
  return new MeshError(code, { target, message, retryAfterMs: retry_after_ms, details, traceId: trace_id });
}

/** Text for an error header: one line, bounded. */
export const headerText = (text: string): string => printable(text, MAX_ERROR_HEADER);
