import type { Clock } from '@seedcore/protocol';
import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Log } from './log.ts';

/** Fields whose values never reach a log, whoever writes the line. */
const ALWAYS_SECRET = ['password', 'token', 'secret', 'authorization', 'api_key', 'apiKey', 'creds'];

/** How deep below the line's own fields a secret is looked for. */
const DEPTHS = ['', '*.', '*.*.'];

/** How to write a log. */
export type LoggerOptions = {
  readonly level: Level;
  readonly pretty: boolean;
  /** Fields every line carries. */
  readonly fields: object;
  /** Names of fields to hide, beside the obvious ones. */
  readonly hidden: readonly string[];
  readonly clock: Clock;
  readonly to: DestinationStream;
};

/** A log of JSON lines, or of readable ones for a terminal. */
export function openLog({ level, pretty: readable, fields, hidden, clock, to }: LoggerOptions): Log {
  const paths = [...ALWAYS_SECRET, ...hidden].flatMap((name) => DEPTHS.map((depth) => redactPath(depth, name)));
  const options = {
    level,
    base: fields,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
    redact: { paths, censor: '[hidden]' },
  };
  return bound(pino(options, readable ? readableLines(to) : to));
}

/** A pino method taken off its logger throws when it is called; ours may be handed on like any function. */
function bound(logger: Logger): Log {
  return {
    debug: logger.debug.bind(logger),
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    fatal: logger.fatal.bind(logger),
    isLevelEnabled: (level) => logger.isLevelEnabled(level),
    child: (fields) => bound(logger.child(fields)),
  };
}

function readableLines(to: DestinationStream): DestinationStream {
  const text = prettyFactory({ ignore: 'ns,service,instance', messageFormat: '{service}: {msg}', singleLine: true });
  return { write: (line) => to.write(text(line)) };
}

/** Names that are no identifiers are written in brackets. */
function redactPath(depth: string, name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `${depth}${name}`;
  return `${depth.replace(/\.$/, '')}["${name.replaceAll('"', '')}"]`;
}
