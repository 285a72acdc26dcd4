import { registerHooks } from 'node:module';

/** Packages a skill file may import wherever it lies. */
const OURS = /^(?:@seedcore\/tasks\/skill|zod)(?:\/|$)/;

/**
 * A skill lies in any folder, also one without dependencies of its own: what it needs to be declared is found there, or
 * else where this service finds it. Holds for the thread that calls it.
 */
export function findPackagesHere(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (cause) {
        if (!OURS.test(specifier)) throw cause;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}
