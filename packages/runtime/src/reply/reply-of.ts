import {
  type CheckSampler,
  type Endpoint,
  isRecord,
  MeshError,
  meshErrors,
  type Problem,
  type Trace,
  validate,
  wireOutput,
} from '@seedcore/protocol';
import type { ServerReply } from './reply.ts';

/** How a handler ended. */
export type HandlerEnd = { readonly returned: unknown } | { readonly thrown: unknown };

/** Whose handler ended, and in which trace. */
export type ReplyContext = DefectContext & { readonly contract: Endpoint; readonly outputs: CheckSampler };

/** What a caller learns of a defect. */
export type DefectContext = { readonly target: string; readonly traced: Traced };

/** Whatever belongs to a trace, which is looked up when an error has to name it. */
export type Traced = { readonly trace: Pick<Trace, 'traceId' | 'spanId'> };

/**
 * Turns the end of a handler into its reply. A value or failure that does not keep the contract, and everything thrown
 * that is no `MeshError`, is `internal`: the caller gets a trace id, the log of this process gets the reason.
 */
export function replyOf(end: HandlerEnd, context: ReplyContext): ServerReply {
  if ('thrown' in end) return thrownReply(end.thrown, context);
  const reply = end.returned;
  if (isRecord(reply) && reply['ok'] === true) return valueReply(reply, context);
  if (isRecord(reply) && reply['ok'] === false && isRecord(reply['failure']))
    return failureReply(reply['failure'], context);
  return defect(context, new TypeError('handler returned neither ok(…) nor fail(…)'));
}

/** The answer to a defect: a trace id and nothing of the inside. */
export function defect({ target, traced }: DefectContext, reason: unknown): ServerReply {
  const { traceId } = traced.trace;
  const message = `${target}: internal error, trace ${traceId}`;
  return { kind: 'error', error: new MeshError('internal', { target, message, traceId }), defect: reason };
}

function valueReply(reply: Record<string, unknown>, context: ReplyContext): ServerReply {
  const mark = reply['degraded'];
  if (mark !== undefined && !context.contract.degradable)
    return defect(context, new TypeError('a degraded value of an endpoint that is not degradable'));
  const value = reply['value'];
  const body = mark !== undefined && isRecord(value) ? { ...value, degraded: mark } : value;
  const degradedSource = isRecord(mark) ? String(mark['source']) : undefined;
  if (!context.outputs.next()) return { kind: 'value', body, degradedSource };
  const checked = validate(wireOutput(context.contract), body);
  if (checked.ok) return { kind: 'value', body: checked.value, degradedSource };
  const misfit = mismatch('output', checked.problems);
  return context.outputs.mode === 'always'
    ? defect(context, misfit)
    : { kind: 'value', body, degradedSource, mismatch: misfit };
}

function failureReply(failure: Record<string, unknown>, context: ReplyContext): ServerReply {
  const code = String(failure['code']);
  const declared = Object.hasOwn(context.contract.failures, code) ? context.contract.failures[code] : undefined;
  if (declared === undefined) return defect(context, new TypeError(`failure "${code}" is not declared`));
  const checked = validate(declared.details, failure['details']);
  if (!checked.ok) return defect(context, mismatch(`details of failure "${code}"`, checked.problems));
  return { kind: 'failure', code, status: declared.status, details: checked.value };
}

const mismatch = (what: string, problems: readonly Problem[]): TypeError =>
  new TypeError(`${what}: ${problems.map(({ field, message }) => `${field || '/'} ${message}`).join('; ')}`);

/**
 * A `MeshError` about this very endpoint is the handler's own word and passes. One about a dependency:
 * - the caller's faults and `deadline_exceeded` pass, because they never accuse this service: what the caller sent or
 *   how long it gave was handed on; the message names the dependency;
 * - the rest means the dependency could not help: `unavailable` where repeating is safe, else `timeout`, because
 *   something may have run (decisions.md 2); `details` say which dependency failed and how.
 */
function thrownReply(thrown: unknown, context: ReplyContext): ServerReply {
  if (!(thrown instanceof MeshError)) return defect(context, thrown);
  const { target, contract, traced } = context;
  if (thrown.target === target || passes(thrown)) return { kind: 'error', error: passedOn(thrown, context) };
  const error = new MeshError(contract.idempotent ? 'unavailable' : 'timeout', {
    target,
    message: `${target} needs ${thrown.target}: ${thrown.code}`,
    retryAfterMs: thrown.retryAfterMs,
    details: { dependency: thrown.target, code: thrown.code },
    traceId: traced.trace.traceId,
    cause: thrown,
  });
  return { kind: 'error', error };
}

/** A `cancelled` of a dependency is not one: this call itself was not cancelled, or nobody would wait for a reply. */
const passes = ({ code }: MeshError): boolean =>
  code === 'deadline_exceeded' || (meshErrors[code].kind === 'caller' && code !== 'cancelled');

function passedOn(error: MeshError, { target, traced }: ReplyContext): MeshError {
  const { traceId } = traced.trace;
  const { code, message, retryAfterMs, details } = error;
  return new MeshError(code, { target, message, retryAfterMs, details, traceId, cause: error });
}
