import { CodecError, jsonCodec, validate } from '@seedcore/protocol';
import { type FullTaskSpec, type TaskError, taskSpec } from '../task-spec.ts';
import { MAX_RAW, MAX_TASK_BYTES } from './accept.ts';

/** A message as a task, or why it is none. */
export type ReadMessage =
  | { readonly ok: true; readonly spec: FullTaskSpec }
  | { readonly ok: false; readonly error: TaskError; readonly raw: string };

/** Reads the body of a plain publish on `<ns>.task.<queue>.<lane>.<id>`. */
export function readMessage(body: Uint8Array, id: string): ReadMessage {
  const refuse = (message: string): ReadMessage => ({ ok: false, error: bad(message), raw: textOf(body) });
  try {
    const checked = validate(taskSpec, jsonCodec.decode(body, { maxBytes: MAX_TASK_BYTES }));
    if (!checked.ok)
      return refuse(checked.problems.map(({ field, message }) => `${field || '/'}: ${message}`).join('; '));
    if (checked.value.id !== undefined && checked.value.id !== id)
      return refuse(`/id: is not the id of the subject, ${id}`);
    return { ok: true, spec: checked.value };
  } catch (error) {
    if (error instanceof CodecError) return refuse(error.message);
    throw error;
  }
}

const bad = (message: string): TaskError => ({ code: 'bad_message', message: message.slice(0, 400), retryable: false });

/** The bytes as text for people, as far as it can be text. */
const textOf = (body: Uint8Array): string => new TextDecoder().decode(body.subarray(0, MAX_RAW)).slice(0, MAX_RAW);
