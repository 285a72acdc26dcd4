import { z } from 'zod';
import { type Endpoint, wireOutput } from '../language/endpoint.ts';
import type { EventKind } from '../language/event.ts';
import { wireName } from '../language/names.ts';
import type { Service } from '../language/service.ts';

/** JSON Schema of what a caller sends. */
export const inputSchema = (schema: z.ZodType): unknown =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
/** JSON Schema of what comes back. */
export const outputSchema = (schema: z.ZodType): unknown =>
  z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });

/** One endpoint as the `schema` endpoint and the wire snapshot show it. */
export function describeEndpoint(target: Endpoint) {
  const failures = Object.entries(target.failures).map(([code, { status, details }]) => [
    code,
    { status, details: outputSchema(details) },
  ]);
  return {
    doc: target.doc,
    input: inputSchema(target.input),
    output: outputSchema(wireOutput(target)),
    failures: Object.fromEntries(failures) as Record<string, { status: number; details: unknown }>,
    idempotent: target.idempotent,
    deadline_ms: target.deadlineMs,
    criticality: target.criticality,
    stream: target.stream === undefined ? false : outputSchema(target.stream),
    ...declaredOptions(target),
  };
}

/** What most endpoints leave off, so that what is on stands out. */
function declaredOptions({ replays, coalesce, affinity, oneway }: Endpoint) {
  return {
    ...(replays ? { replays } : {}),
    ...(coalesce ? { coalesce } : {}),
    ...(affinity === undefined ? {} : { affinity }),
    ...(oneway ? { oneway } : {}),
  };
}

/** A contract as JSON Schema, as {@link describeService} gives it. */
export type ServiceDescription = {
  readonly service: string;
  readonly version: string;
  readonly endpoints: Readonly<Record<string, ReturnType<typeof describeEndpoint>>>;
  readonly events: Readonly<Record<string, { readonly doc: string; readonly kind: EventKind; readonly data: unknown }>>;
};

const known = new WeakMap<Service, ServiceDescription>();

/**
 * A whole contract as JSON Schema: what a wire snapshot holds and what the contract hash is taken of. Made once: a process
 * that starts asks for its own several times, and it is a tenth of its start.
 */
export function describeService(contract: Service): ServiceDescription {
  const before = known.get(contract);
  if (before !== undefined) return before;
  const described = describe(contract);
  known.set(contract, described);
  return described;
}

function describe(contract: Service): ServiceDescription {
  const endpoints = Object.entries(contract.endpoints).map(
    ([name, target]) => [wireName(name), describeEndpoint(target)] as const,
  );
  const events = Object.entries(contract.events).map(
    ([name, event]) => [wireName(name), { doc: event.doc, kind: event.kind, data: outputSchema(event.data) }] as const,
  );
  return {
    service: contract.name,
    version: contract.version,
    endpoints: Object.fromEntries(endpoints),
    events: Object.fromEntries(events),
  };
}
