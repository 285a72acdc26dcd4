import type { Clock } from '@seedcore/protocol';
import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Log, LogLine } from './log.ts';
import type { Level, LogLevel } from './log-level.ts';

/** Fields whose values never reach a log, whoever writes the line. */
const ALWAYS_SECRET = ['password', 'token', 'secret', 'authorization', 'api_key', 'apiKey', 'creds'];

/** How deep below the line's own fields a secret is looked for. */
const DEPTHS = ['', '*.', '*.*.'];

/** How to write a log. */
export type LoggerOptions = {
  readonly level: LogLevel;
  readonly pretty: boolean;
  /** Fields every line carries. */
  readonly fields: object;
  /** Names of fields to hide, beside the obvious ones. */
  readonly hidden: readonly string[];
  readonly clock: Clock;
  readonly to: DestinationStream;
  /** Gets every line as well, as JSON. */
  readonly kept?: DestinationStream;
};

/** A log of JSON lines, or of readable ones for a terminal. */
export function openLog({ level, pretty: readable, fields, hidden, clock, to, kept }: LoggerOptions): Log {
  const paths = [...ALWAYS_SECRET, ...hidden].flatMap((name) => DEPTHS.map((depth) => redactPath(depth, name)));
  const options = {
    // Which lines are written is decided in front of pino: it knows no way to change that for children.
    level: 'trace',
    base: fields,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
    redact: { paths, censor: '[hidden]' },
  };
  const out = readable ? readableLines(to) : to;
  return bound(pino(options, kept === undefined ? out : both(out, kept)), level);
}

/** A pino method taken off its logger throws when it is called; ours may be handed on like any function. */
function bound(logger: Logger, least: LogLevel): Log {
  return {
    debug: line(logger, 'debug', least),
    info: line(logger, 'info', least),
    warn: line(logger, 'warn', least),
    error: line(logger, 'error', least),
    fatal: line(logger, 'fatal', least),
    isLevelEnabled: (level) => least.enabled(level),
    child: (fields) => bound(logger.child(fields), least),
  };
}

function line(logger: Logger, level: Exclude<Level, 'trace'>, least: LogLevel): LogLine {
  return (fields: object | string, message?: string) => {
    if (!least.enabled(level)) return;
    if (typeof fields === 'string') logger[level](fields);
    else logger[level](fields, message);
  };
}

function readableLines(to: DestinationStream): DestinationStream {
  const text = prettyFactory({ ignore: 'ns,service,instance', messageFormat: '{service}: {msg}', singleLine: true });
  return { write: (line) => to.write(text(line)) };
}

function both(one: DestinationStream, other: DestinationStream): DestinationStream {
  return {
    write: (line) => {
      other.write(line);
      one.write(line);
    },
  };
}

/** Names that are no identifiers are written in brackets. */
function redactPath(depth: string, name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `${depth}${name}`;
  return `${depth.replace(/\.$/, '')}["${name.replaceAll('"', '')}"]`;
}
