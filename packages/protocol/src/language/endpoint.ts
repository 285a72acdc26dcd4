import { z } from 'zod';
import { degraded } from '../degraded.ts';
import { DEFAULT_DEADLINE_MS, DEFAULT_MAX_BYTES } from '../limits.ts';
import { type DetailsSchema, type Failure, type FailureSpec, normaliseFailure } from './failure.ts';

/** Who is shed first under load: optional, then important, critical last. */
export type Criticality = 'critical' | 'important' | 'optional';

/** Failures as a contract writes them, by code. */
export type FailureSpecs = Readonly<Record<string, FailureSpec>>;

/** One endpoint with every default filled in. */
export type Endpoint<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  F extends FailureSpecs = FailureSpecs,
  D extends boolean = boolean,
  T extends z.ZodType | undefined = z.ZodType | undefined,
> = {
  readonly doc: string;
  readonly input: I;
  readonly output: O;
  readonly failures: { readonly [C in keyof F]: Failure<DetailsSchema<F[C]>> };
  /** May be retried after it may have run. */
  readonly idempotent: boolean;
  /** Default budget of one call in ms, 1 to 600 000. */
  readonly deadlineMs: number;
  /** Least time in ms with which starting makes sense; absent: the endpoint's own p50. */
  readonly floorMs: number | undefined;
  readonly criticality: Criticality;
  /** Its answers may be marked as not live. */
  readonly degradable: D;
  /** Largest body in bytes, either way. */
  readonly maxBytes: number;
  /** What its stream is made of; absent: it answers once. Whoever asks for no stream gets the final output alone. */
  readonly stream: T;
  /** Keeps its reply for 24 h for whoever repeats the idempotency key. */
  readonly replays: boolean;
  /** Equal calls of one process that overlap may share one request. */
  readonly coalesce: boolean;
  /** Field of the input; calls with equal values prefer the same instance. */
  readonly affinity: string | undefined;
  /** Takes requests that nobody waits for, beside those that somebody does. */
  readonly oneway: boolean;
};

/** An endpoint as a contract writes it. */
export type EndpointSpec<
  I extends z.ZodType,
  O extends z.ZodType,
  F extends FailureSpecs,
  D extends boolean,
  T extends z.ZodType | undefined,
> = {
  readonly doc: string;
  readonly input: I;
  readonly output: O;
  readonly failures?: F;
  readonly idempotent?: boolean;
  readonly deadlineMs?: number;
  readonly floorMs?: number;
  readonly criticality?: Criticality;
  readonly degradable?: D;
  readonly maxBytes?: number;
  readonly stream?: T;
  readonly replays?: boolean;
  readonly coalesce?: boolean;
  readonly affinity?: keyof z.input<I> & string;
  readonly oneway?: boolean;
};

/** Declares one endpoint of a service. What it leaves out is taken from the defaults, not from where it stands. */
export function endpoint<
  I extends z.ZodType,
  O extends z.ZodType,
  F extends FailureSpecs = Record<never, never>,
  D extends boolean = false,
  T extends z.ZodType | undefined = undefined,
>(spec: EndpointSpec<I, O, F, D, T>): Endpoint<I, O, NoInfer<F>, NoInfer<D>, NoInfer<T>> {
  const failures = Object.entries(spec.failures ?? {}).map(([code, value]) => [code, normaliseFailure(value)]);
  return {
    doc: spec.doc,
    input: spec.input,
    output: spec.output,
    failures: Object.fromEntries(failures) as Endpoint<I, O, F, D, T>['failures'],
    idempotent: spec.idempotent ?? false,
    deadlineMs: spec.deadlineMs ?? DEFAULT_DEADLINE_MS,
    floorMs: spec.floorMs,
    criticality: spec.criticality ?? 'important',
    degradable: (spec.degradable ?? false) as D,
    maxBytes: spec.maxBytes ?? DEFAULT_MAX_BYTES,
    stream: spec.stream as T,
    replays: spec.replays ?? false,
    coalesce: spec.coalesce ?? false,
    affinity: spec.affinity,
    oneway: spec.oneway ?? false,
  };
}

/** The output as it travels: with an optional mark where the endpoint may degrade. */
export function wireOutput(target: Endpoint): z.ZodType {
  if (!target.degradable || !(target.output instanceof z.ZodObject)) return target.output;
  return target.output.extend({ degraded: degraded.optional() });
}
