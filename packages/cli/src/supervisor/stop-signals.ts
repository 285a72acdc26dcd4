/** Requests to stop, from the terminal or from another process. */
export interface StopSignals {
  /** Settles at the first request, with its name. */
  readonly first: Promise<string>;
  /** Calls back at every further request. */
  onFurther(impatient: () => void): void;
}

/** Listens to the signals that ask a process to end. */
export function stopSignals(): StopSignals {
  const { promise, resolve } = Promise.withResolvers<string>();
  const further: (() => void)[] = [];
  let asked = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (asked) for (const impatient of further) impatient();
      asked = true;
      resolve(name);
    });
  }
  return { first: promise, onFurther: (impatient) => further.push(impatient) };
}
