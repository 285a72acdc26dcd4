import type { Clock, Random } from '@seedcore/protocol';
import type { Styles } from './output/style.ts';

/** Options every command understands. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly ns?: string;
  readonly server?: string;
  readonly data?: string;
}

/** What a command has around it: where it writes, what it reads, what time it is. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly styles: Styles;
  /** Columns of the terminal; absent when the output is no terminal. */
  readonly width: number | undefined;
  /** One line of result, on standard output. */
  out(line: string): void;
  /** One line about what went wrong or is going on, on standard error. */
  note(line: string): void;
  /** A line that the next one replaces; absent where that cannot be done. */
  readonly transient?: ((line: string) => void) | undefined;
  standardInput(): Promise<string>;
}
