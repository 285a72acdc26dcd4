import type { ReportDefect } from './closable.ts';
import type { WireMessage } from './transport.ts';

/**
 * A message handler that can never throw into the connection's read loop: a synchronous throw there ends all reading,
 * and a rejected promise nobody holds ends the process.
 */
export function guarded(handler: (message: WireMessage) => unknown, report: ReportDefect) {
  return (message: WireMessage): void => {
    try {
      const running = handler(message);
      if (running instanceof Promise) running.catch((error: unknown) => report(message.subject, error));
    } catch (error) {
      report(message.subject, error);
    }
  };
}
