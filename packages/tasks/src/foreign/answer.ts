import { CodecError, degraded, isRecord, jsonCodec, validate } from '@seedcore/protocol';
import { z } from 'zod';
import type { TaskError } from '../task-spec.ts';
import { plain } from '../work/task-error.ts';

/** Largest result that an answer may have, in bytes of JSON. */
const MAX_VALUE_BYTES = 65_536;
/** Largest answer: a result, or an error, and what is around it, in bytes of JSON. */
const MAX_ANSWER_BYTES = 4 * MAX_VALUE_BYTES;
const MAX_MESSAGE = 400;

/**
 * What a worker says that has a task's message and nothing else, published at `<ns>.task.sys.<lane>.<id>.done`: a value
 * or an error. `carrier` is the header `Sc-Carrier` of the message it is about: an answer to one that is not responsible
 * for the task any more is late.
 */
const answer = z
  .strictObject({
    carrier: z.string().min(1).max(160).optional(),
    worker: z.string().min(1).max(128).default('lite'),
    value: z.unknown().optional(),
    degraded: degraded.optional(),
    error: z
      .strictObject({
        code: z.string().min(1).max(64).default('error'),
        message: z.string().default(''),
        retryable: z.boolean().default(true),
        details: z.unknown().optional(),
        retry_after_ms: z.int().min(0).max(600_000).default(0),
      })
      .optional(),
  })
  .refine(({ value, error }) => (value === undefined) !== (error === undefined), {
    error: 'has to have either a value or an error',
  });

/** An answer as it was understood. */
export type Answered = {
  readonly carrier: string | undefined;
  readonly worker: string;
  readonly end:
    | { readonly how: 'value'; readonly value: unknown; readonly degraded: z.output<typeof degraded> | undefined }
    | { readonly how: 'error'; readonly error: TaskError; readonly retryAfterMs: number }
    /** Nobody can tell what it says. */
    | { readonly how: 'unreadable'; readonly error: TaskError };
};

/** Reads an answer; one that cannot be read says so. */
export function readAnswer(body: Uint8Array): Answered {
  try {
    const value = jsonCodec.decode(body, { maxBytes: MAX_ANSWER_BYTES });
    const checked = validate(answer, value);
    if (checked.ok) return understood(checked.value);
    const why = checked.problems.map(({ field, message }) => `${field || '/'}: ${message}`).join('; ');
    return unreadable(why, isRecord(value) ? value['carrier'] : undefined);
  } catch (error) {
    if (error instanceof CodecError) return unreadable(error.message);
    throw error;
  }
}

function understood({ carrier, worker, value, degraded: mark, error }: z.output<typeof answer>): Answered {
  if (error === undefined) return { carrier, worker, end: valueWithin(value, mark) };
  const { code, message, retryable, retry_after_ms: retryAfterMs } = error;
  const details = plain(error.details);
  const why = {
    code,
    message: message.slice(0, MAX_MESSAGE),
    retryable,
    ...(details === undefined ? {} : { details }),
  };
  return { carrier, worker, end: { how: 'error', error: why, retryAfterMs } };
}

/** A result has to fit into the record. */
function valueWithin(value: unknown, mark: z.output<typeof degraded> | undefined): Answered['end'] {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= MAX_VALUE_BYTES) return { how: 'value', value, degraded: mark };
  const message = `a result of ${bytes} bytes is larger than ${MAX_VALUE_BYTES}`;
  return { how: 'error', error: { code: 'result_too_large', message, retryable: false }, retryAfterMs: 0 };
}

function unreadable(why: string, carrier?: unknown): Answered {
  const error = { code: 'bad_answer', message: why.slice(0, MAX_MESSAGE), retryable: false };
  return {
    carrier: typeof carrier === 'string' ? carrier : undefined,
    worker: 'lite',
    end: { how: 'unreadable', error },
  };
}
