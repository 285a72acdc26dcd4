import { organism, outcome } from '@seedcore/contracts';
import { degraded, type Failure, id } from '@seedcore/protocol';
import { z } from 'zod';
import { agentReport } from '../hosts/agent-report.ts';

const execute = organism.endpoints.execute_on_agent;

/** Agents one replica asks another about. */
export const asking = z.object({ agents: z.array(id).max(1000), probe_ms: z.number().positive().optional() });
/** The answer to that. */
export const asked = z.object({ reports: z.array(agentReport) });

/** A run one replica hands to another, and the call it is part of. */
export const handing = z.object({
  run: execute.input.pick({ agent_id: true, epoch: true, task: true, hints: true }),
  call: z.object({
    id,
    left_ms: z.number().positive(),
    traceparent: z.string(),
    criticality: z.enum(['critical', 'important', 'optional']),
  }),
});

const failures: Readonly<Record<string, Failure>> = execute.failures;

/** The end of that run: an outcome, a declared failure, or an error of the mesh. */
export const handed = z.union([
  z.object({ ok: z.literal(true), value: outcome, degraded: degraded.optional() }),
  z.object({ ok: z.literal(false), failure: z.object({ code: z.string(), details: z.unknown() }) }),
  z.object({ error: z.object({ code: z.string(), message: z.string(), retry_after_ms: z.number().optional() }) }),
]);

/** A message of a worker that one replica hands to the one which keeps it. */
export const handingOn = z.object({
  endpoint: z.enum(['hello', 'claim', 'progress', 'beat', 'effect', 'finish', 'bye']),
  input: z.unknown(),
});
/** The answer to that: a reply, or an error of the mesh. */
export const handedOn = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), failure: z.object({ code: z.string(), details: z.unknown() }) }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
]);

/** True for a failure the contract declares, with details as it declares them. */
export const isDeclared = ({ code, details }: { readonly code: string; readonly details: unknown }): boolean =>
  failures[code]?.details.safeParse(details).success ?? false;
