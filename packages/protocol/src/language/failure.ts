import { z } from 'zod';

/** A declared failure: the shape of its details and its status in 4xx. */
export type Failure<D extends z.ZodType = z.ZodType> = { readonly details: D; readonly status: number };

/** A failure as a contract writes it: bare details (status 422) or {@link failure}. */
export type FailureSpec = z.ZodType | Failure;

/** The details schema behind either way of writing a failure. */
export type DetailsSchema<F extends FailureSpec> = F extends Failure<infer D> ? D : F extends z.ZodType ? F : never;

/** Declares a failure with a status other than 422. */
export function failure<D extends z.ZodType>(details: D, options: { status?: number } = {}): Failure<D> {
  return { details, status: options.status ?? 422 };
}

/** The full form of a declared failure. */
export function normaliseFailure(spec: FailureSpec): Failure {
  return spec instanceof z.ZodType ? { details: spec, status: 422 } : spec;
}
