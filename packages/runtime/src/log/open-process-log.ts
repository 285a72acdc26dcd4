import type { Clock, Service } from '@seedcore/protocol';
import { pino } from 'pino';
import type { BaseConfig } from '../config/base-config.ts';
import type { Identity } from '../identity.ts';
import type { Log } from './log.ts';
import { openLog } from './logger.ts';
import { sensitiveNames } from './sensitive-names.ts';

/** The log of a service process, on standard output: readable on a terminal, JSON lines elsewhere. */
export function openProcessLog(base: BaseConfig, contract: Service, own: { identity: Identity; clock: Clock }): Log {
  const { ns, service, instance } = own.identity;
  return openLog({
    level: base.LOG_LEVEL,
    pretty: base.LOG_PRETTY ?? process.stdout.isTTY === true,
    fields: { ns, service, instance },
    hidden: sensitiveNames(contract),
    clock: own.clock,
    to: pino.destination({ fd: process.stdout.fd, sync: true }),
  });
}
