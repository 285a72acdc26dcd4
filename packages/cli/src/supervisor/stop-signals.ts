import type { Clock } from '@seedcore/protocol';

/** Requests to stop, from the terminal or from another process. */
export interface StopSignals {
  /** Settles at the first request, with its name. */
  readonly first: Promise<string>;
  /** Calls back at every further request. */
  onFurther(impatient: () => void): void;
}

/** npm hands Ctrl-C on to a process that has had it from the terminal already: what comes so soon is the same one. */
const sameRequestMs = 1000;

/** Listens to the signals that ask a process to end. */
export function stopSignals(clock: Clock): StopSignals {
  const { promise, resolve } = Promise.withResolvers<string>();
  const further: (() => void)[] = [];
  let asked: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (asked !== undefined && clock.now() - asked > sameRequestMs) for (const impatient of further) impatient();
      asked ??= clock.now();
      resolve(name);
    });
  }
  return { first: promise, onFurther: (impatient) => further.push(impatient) };
}
