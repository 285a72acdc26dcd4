/** One line: fields and a sentence, or the sentence alone. */
export interface LogLine {
  (fields: object, message: string): void;
  (message: string): void;
}

/** Structured log; the fields of a line never hold bodies. */
export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  readonly fatal: LogLine;
  /** False when lines of this level are thrown away, so that nobody puts them together for nothing. */
  isLevelEnabled(level: 'debug' | 'info'): boolean;
  /** A log whose lines all carry `fields`. */
  child(fields: object): Log;
}

const nothing = () => undefined;

/** Logs nothing. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  isLevelEnabled: () => false,
  child: () => silentLog,
};
