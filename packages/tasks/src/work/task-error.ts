import { isMeshErrorCode, isRecord, MeshError, meshErrors } from '@seedcore/protocol';
import { EFFECT_UNKNOWN, type TaskError } from '../task-spec.ts';

const MAX_MESSAGE = 400;

/** Something may have been done to the outside world, or not, and nobody can tell: doing it again would be a guess. */
export class EffectUnknown extends Error {
  override readonly name = 'EffectUnknown';
  readonly code = EFFECT_UNKNOWN;
  readonly retryable = false;

  constructor(id: string, step: string) {
    super(`task ${id}: effect "${step}" may have been done already, and nothing tells`);
  }
}

/** A task may not have this child, and never will. */
export class ChildRefused extends Error {
  override readonly name = 'ChildRefused';
  readonly code = 'child_refused';
  readonly retryable = false;

  constructor(id: string, why: string) {
    super(`task ${id}: ${why}`);
  }
}

/** A thrown error as an attempt records it. Whatever is not known to be hopeless may be tried again. */
export function errorOf(thrown: unknown): TaskError {
  if (thrown instanceof MeshError) {
    const { code, message, details } = thrown;
    const retryable = thrown.retryable || nothingRan(code);
    return { code, message: cut(message), retryable, ...(details === undefined ? {} : { details: plain(details) }) };
  }
  if (!(thrown instanceof Error)) return { code: 'thrown', message: cut(String(thrown)), retryable: true };
  const code: unknown = Reflect.get(thrown, 'code');
  const retryable: unknown = Reflect.get(thrown, 'retryable');
  return {
    code: typeof code === 'string' ? code.slice(0, 64) : thrown.name.slice(0, 64),
    message: cut(thrown.message),
    retryable: retryable !== false,
  };
}

/** True when a failure only says that something the attempt needed was away: it may be there the next time. */
export const isUnserved = ({ code, retryable }: TaskError): boolean => retryable && nothingRan(code);

/** A refusal, by the callee or by the caller's own policies: a call repeated at once is not worth it, a task is. */
function nothingRan(code: string): boolean {
  if (!isMeshErrorCode(code)) return false;
  const { kind } = meshErrors[code];
  return kind === 'not_run' || kind === 'local';
}

/** A declared failure as an attempt records it: an answer, never tried again. */
export function declared(failure: { readonly code: string; readonly details: unknown }): TaskError {
  const details = plain(failure.details);
  const message = cut(sentence(failure.code, details));
  return { code: failure.code.slice(0, 64), message, retryable: false, ...(details === undefined ? {} : { details }) };
}

/** The details' own sentence where they have one, else the code with all of them. */
function sentence(code: string, details: unknown): string {
  if (isRecord(details) && typeof details['message'] === 'string') return details['message'];
  return details === undefined ? code : `${code} ${JSON.stringify(details)}`;
}

/** What is left of a value when it has been JSON; large details are left out. */
export function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined || text.length > 8192 ? undefined : JSON.parse(text);
}

const cut = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text);
