import type { Transport } from './transport.ts';

/** A transport seen by its owner. */
export interface ClosableTransport extends Transport {
  /** Hands over what has arrived, sends what is waiting, then ends the connection; never rejects. */
  close(): Promise<void>;
}

/** Told about what went wrong where nobody waits for an answer; it must not throw. */
export type ReportDefect = (where: string, error: unknown) => void;
