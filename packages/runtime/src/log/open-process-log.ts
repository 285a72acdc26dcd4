import type { Clock, Service } from '@seedcore/protocol';
import { pino } from 'pino';
import type { BaseConfig } from '../config/base-config.ts';
import type { Identity } from '../identity.ts';
import type { Log } from './log.ts';
import type { LogLevel } from './log-level.ts';
import type { LogRing } from './log-ring.ts';
import { openLog } from './logger.ts';
import { sensitiveNames } from './sensitive-names.ts';

/** Whose log it is, and from which level on it writes. */
export type ProcessLogParts = {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly level: LogLevel;
  readonly ring: LogRing;
};

/** The log of a service process, on standard output: readable on a terminal, JSON lines elsewhere. */
export function openProcessLog(base: BaseConfig, contract: Service, own: ProcessLogParts): Log {
  const { ns, service, instance } = own.identity;
  return openLog({
    level: own.level,
    pretty: base.LOG_PRETTY ?? process.stdout.isTTY === true,
    fields: { ns, service, instance },
    hidden: sensitiveNames(contract),
    clock: own.clock,
    kept: own.ring,
    to: pino.destination({ fd: process.stdout.fd, sync: true }),
  });
}
