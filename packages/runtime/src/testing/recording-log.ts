import type { Log, LogLine } from '../log/log.ts';

/** One line as it was handed to the log. */
export type LoggedLine = {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly fields: object;
  readonly message: string;
};

/** A log that keeps its lines for a test to look at. */
export function recordingLog(): { readonly log: Log; readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  return { log: logInto(lines, {}), lines };
}

function logInto(lines: LoggedLine[], own: object): Log {
  const line = (level: LoggedLine['level']): LogLine => {
    const write = (first: object | string, message?: string) => {
      if (typeof first === 'string') lines.push({ level, fields: own, message: first });
      else lines.push({ level, fields: { ...own, ...first }, message: message ?? '' });
    };
    return write;
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
    isLevelEnabled: () => true,
    child: (fields) => logInto(lines, { ...own, ...fields }),
  };
}
