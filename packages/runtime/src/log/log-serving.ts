import type { Clock } from '@seedcore/protocol';
import { replyCode } from '../reply/reply.ts';
import { type Replied, type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import { LineLimiter } from './line-limiter.ts';
import type { Log } from './log.ts';
import { hideSecrets } from './secrets.ts';

/** Lines per second of one endpoint and code. */
const LINES_PER_SECOND = 5;

/**
 * Logs what was not simply answered: defects as errors with their stack, refusals as warnings, declared failures and
 * successes at debug. Never a body, and nothing of its `sensitive` fields, also where an error quotes them.
 */
export function logServing(log: Log, clock: Clock, sensitive: readonly string[] = []): ServeObserver {
  const names = new Set(sensitive);
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
          const fields = { ...fieldsOf(replied), ...reason(replied, names), ...more };
          if (reply.defect === undefined) log.warn(fields, hidden(reply.error.message, replied, names));
          else log.error(fields, 'handler failed');
        });
    },
  };
}

function answered(log: Log, replied: Replied): void {
  if (log.isLevelEnabled('debug')) log.debug(fieldsOf(replied), 'answered');
}

function fieldsOf({ endpoint, reply, ms, call, traced, headers }: Replied) {
  return {
    endpoint: endpoint.name,
    code: replyCode(reply),
    ms: Math.round(ms * 1000) / 1000,
    call,
    trace_id: traced?.trace.traceId,
    span_id: traced?.trace.spanId,
    caller: headers?.chain.at(-1),
    attempt: headers?.attempt,
  };
}

/** Only what is a defect of this process has a stack worth reading. */
function reason(replied: Replied, names: ReadonlySet<string>): object {
  const { reply } = replied;
  if (reply.kind !== 'error' || reply.defect === undefined) return {};
  const { defect } = reply;
  const thrown = defect instanceof Error ? defect : new Error(`thrown: ${String(defect).slice(0, 400)}`);
  return { err: names.size === 0 ? thrown : quoted(thrown, replied, { names, depth: 0 }) };
}

/** How many causes deep an error is shown. */
const MAX_CAUSES = 4;

/** The same error, without what it may quote of a request. */
function quoted(thrown: Error, replied: Replied, { names, depth }: Quoting): Error {
  const { name, message, stack = '', cause } = thrown;
  const shown = cause instanceof Error && depth < MAX_CAUSES;
  const inner = shown ? { cause: quoted(cause, replied, { names, depth: depth + 1 }) } : {};
  const error = new Error(hidden(message, replied, names), inner);
  return Object.assign(error, { name, stack: hidden(stack, replied, names) });
}

type Quoting = { readonly names: ReadonlySet<string>; readonly depth: number };

const hidden = (text: string, { received }: Replied, names: ReadonlySet<string>): string =>
  received === undefined ? text : hideSecrets(text, received, names);
