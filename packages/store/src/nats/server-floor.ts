import { StoreError } from '../store-error.ts';

/** Oldest nats-server that has everything the store uses. */
export const SERVER_FLOOR = '2.12.6';
/** Oldest level of the JetStream API that has it. */
export const API_LEVEL_FLOOR = 2;

/** The error `server_too_old`, naming what was found, what is needed and how to get it; undefined when all is well. */
export function serverTooOld(version: string, apiLevel: number): StoreError | undefined {
  if (!isOlder(version, SERVER_FLOOR) && apiLevel >= API_LEVEL_FLOOR) return undefined;
  return new StoreError(
    'server_too_old',
    'nats-server',
    `found version ${version || 'unknown'} with API level ${apiLevel}, needed ${SERVER_FLOOR} with level ` +
      `${API_LEVEL_FLOOR} or newer; get one from https://github.com/nats-io/nats-server/releases or let npm start fetch it`,
  );
}

/** True when `version` comes before `floor`; a pre-release counts as the version it leads to, what has no numbers as 0. */
export function isOlder(version: string, floor: string): boolean {
  const have = numbers(version);
  for (const [i, need] of numbers(floor).entries()) {
    const part = have[i] ?? 0;
    if (part !== need) return part < need;
  }
  return false;
}

const numbers = (version: string): number[] =>
  (version.match(/\d+(\.\d+)*/)?.[0] ?? '0').split('.').map((part) => Number(part));
