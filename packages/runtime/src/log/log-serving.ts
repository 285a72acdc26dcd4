import type { Clock } from '@seedcore/protocol';
import { replyCode, type ServerReply } from '../reply/reply.ts';
import { type Replied, type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import { LineLimiter } from './line-limiter.ts';
import type { Log } from './log.ts';

/** Lines per second of one endpoint and code. */
const LINES_PER_SECOND = 5;

/**
 * Logs what was not simply answered: defects as errors with their stack, refusals as warnings, declared failures and
 * successes at debug. Never a body.
 */
export function logServing(log: Log, clock: Clock): ServeObserver {
  const limiter = new LineLimiter(clock, LINES_PER_SECOND);
  const limited = (kind: string, write: (suppressed: object) => void) => {
    const held = limiter.pass(kind);
    if (held !== undefined) write(held === 0 ? {} : { suppressed: held });
  };
  return {
    ...silentObserver,
    dropped: ({ target, name }, reason) =>
      limited(`${target} ${reason}`, (more) => log.warn({ endpoint: name, reason, ...more }, 'request dropped')),
    replyLost: ({ target, name }, err) =>
      limited(`${target} lost`, (more) => log.warn({ endpoint: name, err, ...more }, 'reply not sent')),
    replied: (replied) => {
      const { reply, endpoint } = replied;
      if (reply.kind === 'value' && reply.mismatch !== undefined)
        limited(`${endpoint.target} mismatch`, (more) =>
          log.error({ ...fieldsOf(replied), err: reply.mismatch, ...more }, 'output does not keep its contract'),
        );
      if (reply.kind !== 'error') answered(log, replied);
      else
        limited(`${endpoint.target} ${reply.error.code}`, (more) => {
          const fields = { ...fieldsOf(replied), ...reason(reply), ...more };
          if (reply.defect === undefined) log.warn(fields, reply.error.message);
          else log.error(fields, 'handler failed');
        });
    },
  };
}

function answered(log: Log, replied: Replied): void {
  if (log.isLevelEnabled('debug')) log.debug(fieldsOf(replied), 'answered');
}

function fieldsOf({ endpoint, reply, ms, call, traceId, spanId, headers }: Replied) {
  return {
    endpoint: endpoint.name,
    code: replyCode(reply),
    ms: Math.round(ms * 1000) / 1000,
    call,
    trace_id: traceId,
    span_id: spanId,
    caller: headers?.chain.at(-1),
    attempt: headers?.attempt,
  };
}

/** Only what is a defect of this process has a stack worth reading. */
function reason(reply: ServerReply): object {
  if (reply.kind !== 'error' || reply.defect === undefined) return {};
  return {
    err: reply.defect instanceof Error ? reply.defect : new Error(`thrown: ${String(reply.defect).slice(0, 400)}`),
  };
}
