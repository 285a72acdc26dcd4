import { expect, test } from 'vitest';
import {
  badRequest,
  type ErrorRow,
  errorBody,
  errorBodyOf,
  failureBody,
  MeshError,
  meshErrorOf,
  meshErrors,
} from './index.ts';

/** The table of the design, row by row: status, kind, retried, breaker. */
const DOCUMENTED = `
bad_request 400 caller never void
forbidden 403 caller never void
unknown_endpoint 404 caller never void
cancelled 499 caller never void
cycle_refused 508 caller never void
no_responder 503 not_run always soft
overloaded 429 not_run always soft
rate_limited 429 not_run always soft
draining 503 not_run always soft
unavailable 503 not_run always soft
not_connected 503 not_run always void
timeout 504 maybe_run if_idempotent hard
deadline_exceeded 408 maybe_run if_idempotent hard
circuit_open 503 local never void
bulkhead_full 429 local never void
throttled 429 local never void
internal 500 defect if_idempotent hard
bad_reply 502 defect never hard`;

const documented = DOCUMENTED.trim()
  .split('\n')
  .map((row) => row.split(' '));

test.each(documented)('mesh.A2: %s has status %s, is %s, retried %s, for a breaker %s', (code, ...row) => {
  const { status, kind, retried, breaker } = (meshErrors as Readonly<Record<string, ErrorRow>>)[code ?? ''] ?? {};
  expect([String(status), kind, retried, breaker]).toEqual(row);
});

test('mesh.A2: there is no error beside the documented ones', () => {
  expect(Object.keys(meshErrors)).toEqual(documented.map(([code]) => code));
});

test('an error survives its trip through a body', () => {
  const error = new MeshError('overloaded', {
    target: 'ml.chat',
    retryAfterMs: 250,
    details: { field: 'x' },
    traceId: 'abc',
  });
  const body = errorBodyOf(error, { idempotent: false });
  expect(errorBody.safeParse(body).success).toBe(true);
  expect(meshErrorOf(body, 'ml.chat')).toMatchObject({
    code: 'overloaded',
    status: 429,
    retryAfterMs: 250,
    details: { field: 'x' },
    traceId: 'abc',
  });
});

test('a reader of the body learns whether repeating is safe on this very endpoint', () => {
  const error = new MeshError('timeout', { target: 'ml.chat' });
  expect(errorBodyOf(error, { idempotent: true }).error.retryable).toBe(true);
  expect(errorBodyOf(error, { idempotent: false }).error.retryable).toBe(false);
});

test('a refusal that names a very deep field stays readable', () => {
  const error = badRequest('ml.chat', '/a'.repeat(5000), 'is wrong');
  expect(error.message.length).toBeLessThanOrEqual(200);
  expect(String((error.details as { field: string }).field).length).toBeLessThanOrEqual(256);
});

test('a declared failure is never mistaken for an error of the mesh', () => {
  expect(meshErrorOf(failureBody('unknown_task', 404, { id: 'x' }), 'coordinator.get_task')).toBeUndefined();
});
