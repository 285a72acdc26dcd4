import { fail, ok } from '@seedcore/protocol';
import type { Ended } from '@seedcore/tasks';

/** Exit code of a program that could not do it now and should be asked again: `EX_TEMPFAIL` of sysexits.h. */
export const TEMPORARY = 75;
/** Longest result of a program on standard output, in bytes. */
export const MAX_OUTPUT_BYTES = 65_536;

/** How a program ended. */
export type ProgramEnd = {
  /** By itself with a code, or by a signal. */
  readonly how: { readonly code: number } | { readonly signal: string };
  /** Standard output, at most {@link MAX_OUTPUT_BYTES} of it. */
  readonly output: string;
  /** True when there was more. */
  readonly tooMuch: boolean;
  /** Last line on standard error. */
  readonly lastLine: string;
};

/** A program that was killed, or asks to be asked again. */
export class ProgramTrouble extends Error {
  override readonly name = 'ProgramTrouble';
  readonly code: 'temporary' | 'killed';
  readonly retryable = true;

  constructor(code: 'temporary' | 'killed', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What the end of a program means for its task: 0 is a result, 75 and a signal are errors that are tried again, any other
 * code is an answer, and final.
 *
 * @throws ProgramTrouble for what is to be tried again
 */
export function endOf({ how, output, tooMuch, lastLine }: ProgramEnd): Ended {
  if (tooMuch) {
    const message = `it wrote more than ${MAX_OUTPUT_BYTES} bytes to standard output`;
    return fail('output_too_large', { message, limit: MAX_OUTPUT_BYTES });
  }
  if ('signal' in how) throw new ProgramTrouble('killed', `it was ended by ${how.signal}${after(lastLine)}`);
  if (how.code === TEMPORARY) throw new ProgramTrouble('temporary', lastLine || `it ended with ${TEMPORARY}`);
  if (how.code === 0) return resultOf(output);
  return fail(`exit_${how.code}`, { message: lastLine || `it ended with ${how.code}`, exit_code: how.code });
}

function resultOf(output: string): Ended {
  if (output.trim() === '') return ok(undefined);
  try {
    return ok(JSON.parse(output));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return fail('bad_output', { message: `what it wrote to standard output is not JSON: ${why}` });
  }
}

const after = (line: string): string => (line === '' ? '' : `; it had said: ${line}`);
