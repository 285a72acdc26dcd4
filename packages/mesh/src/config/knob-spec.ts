import { type Problem, type Validated, validate } from '@seedcore/protocol';
import { z } from 'zod';

/** One knob as operators are told of it, and how what they write is checked. */
export type KnobSpec<S extends z.ZodType = z.ZodType> = {
  readonly doc: string;
  /** What may be written, in words. */
  readonly values: string;
  /** Something that may be written. */
  readonly example: string;
  /** More of it, where one example does not show what there is. */
  readonly others?: readonly string[];
  /** Who reads it: the callers of a target, or the service that is named. */
  readonly readBy: 'callers' | 'service';
  /** Whether it may be set for one endpoint, or for a whole service only. */
  readonly of: 'endpoint' | 'service';
  readonly schema: S;
};

/** Reads one knob. */
export const readerOf =
  <S extends z.ZodType>({ schema }: Pick<KnobSpec<S>, 'schema'>) =>
  (value: unknown): Validated<z.output<S>> =>
    validate(schema, value);

/** The first thing that is wrong with a value, and where in it. */
export function problemText([first]: readonly Problem[]): string {
  if (first === undefined) return 'is invalid';
  return first.field === '' ? first.message : `${first.field}: ${first.message}`;
}

/** A number in a range, and the words for it. */
export function numberFrom(min: number, max: number, step: 'whole' | 'any' = 'whole') {
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && value >= min && value <= max && (step === 'any' || Number.isInteger(value));
  const values = `${min} to ${max}`;
  return { values, schema: z.custom<number>(fits, `must be ${step === 'whole' ? 'a whole number, ' : ''}${values}`) };
}

/** One of some words. */
export function oneOf<const W extends readonly [string, ...string[]]>(words: W) {
  const values = words.join(', ');
  return { values, schema: z.enum(words, `must be one of ${values}`) };
}
