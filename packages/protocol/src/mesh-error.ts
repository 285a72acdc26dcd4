import { cutPointer, MAX_POINTER, shownPointer } from './codec/pointer.ts';
import { MAX_REFUSAL_MESSAGE } from './limits.ts';
import { printable } from './printable.ts';

/** What kind of trouble a code stands for. */
export type ErrorKind = 'caller' | 'not_run' | 'maybe_run' | 'local' | 'defect';

/** One row of the table: its status, kind, who may retry it and how breakers count it. */
export type ErrorRow = {
  readonly status: number;
  readonly kind: ErrorKind;
  readonly retried: 'never' | 'always' | 'if_idempotent';
  readonly breaker: 'void' | 'soft' | 'hard';
};

/** Every way the mesh can let a caller down; the only source of status, retry and breaker rules. */
export const meshErrors = {
  bad_request: { status: 400, kind: 'caller', retried: 'never', breaker: 'void' },
  forbidden: { status: 403, kind: 'caller', retried: 'never', breaker: 'void' },
  unknown_endpoint: { status: 404, kind: 'caller', retried: 'never', breaker: 'void' },
  cancelled: { status: 499, kind: 'caller', retried: 'never', breaker: 'void' },
  cycle_refused: { status: 508, kind: 'caller', retried: 'never', breaker: 'void' },
  no_responder: { status: 503, kind: 'not_run', retried: 'always', breaker: 'soft' },
  overloaded: { status: 429, kind: 'not_run', retried: 'always', breaker: 'soft' },
  rate_limited: { status: 429, kind: 'not_run', retried: 'always', breaker: 'soft' },
  draining: { status: 503, kind: 'not_run', retried: 'always', breaker: 'soft' },
  unavailable: { status: 503, kind: 'not_run', retried: 'always', breaker: 'soft' },
  not_connected: { status: 503, kind: 'not_run', retried: 'always', breaker: 'void' },
  timeout: { status: 504, kind: 'maybe_run', retried: 'if_idempotent', breaker: 'hard' },
  deadline_exceeded: { status: 408, kind: 'maybe_run', retried: 'if_idempotent', breaker: 'hard' },
  circuit_open: { status: 503, kind: 'local', retried: 'never', breaker: 'void' },
  bulkhead_full: { status: 429, kind: 'local', retried: 'never', breaker: 'void' },
  throttled: { status: 429, kind: 'local', retried: 'never', breaker: 'void' },
  internal: { status: 500, kind: 'defect', retried: 'if_idempotent', breaker: 'hard' },
  bad_reply: { status: 502, kind: 'defect', retried: 'never', breaker: 'hard' },
} as const satisfies Record<string, ErrorRow>;

/** A code of the table. */
export type MeshErrorCode = keyof typeof meshErrors;

/** True for a code of the table. */
export const isMeshErrorCode = (code: string): code is MeshErrorCode => Object.hasOwn(meshErrors, code);

/** What is known about one failure beside its code. */
export type MeshErrorFacts = {
  /** `service.endpoint`, or the subject or asset concerned. */
  readonly target: string;
  readonly message?: string | undefined;
  /** False when nothing left this process: such a failure accuses nobody. */
  readonly sent?: boolean | undefined;
  /** False when the callee is certain that no handler ran. */
  readonly started?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly instance?: string | undefined;
  readonly attempt?: number | undefined;
  readonly details?: unknown;
  readonly traceId?: string | undefined;
  readonly cause?: unknown;
};

/** The mesh could not deliver an answer; declared failures of a contract are values, never this. */
export class MeshError extends Error {
  override readonly name = 'MeshError';
  readonly code: MeshErrorCode;
  readonly status: number;
  readonly target: string;
  readonly sent: boolean;
  readonly started: boolean | undefined;
  readonly retryAfterMs: number | undefined;
  readonly instance: string | undefined;
  readonly attempt: number;
  readonly details: unknown;
  readonly traceId: string | undefined;

  constructor(code: MeshErrorCode, facts: MeshErrorFacts) {
    super(facts.message ?? `${facts.target}: ${code}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = meshErrors[code].status;
    this.target = facts.target;
    this.sent = facts.sent ?? true;
    this.started = facts.started;
    this.retryAfterMs = facts.retryAfterMs;
    this.instance = facts.instance;
    this.attempt = facts.attempt ?? 1;
    this.details = facts.details;
    this.traceId = facts.traceId;
  }

  /** True when asking again can help; idempotence still decides for codes that may have run. */
  get retryable(): boolean {
    return meshErrors[this.code].retried !== 'never';
  }
}

/** A `bad_request` that names the offending field by JSON Pointer. */
export function badRequest(target: string, field: string, message: string): MeshError {
  return new MeshError('bad_request', {
    target,
    message: printable(`${shownPointer(field)}: ${message}`, MAX_REFUSAL_MESSAGE),
    details: { field: cutPointer(field, MAX_POINTER) },
    started: false,
  });
}
