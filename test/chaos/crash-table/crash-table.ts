import type { CrashPoint } from '@seedcore/tasks/testing';
import { clientCrashes } from './client-crashes.ts';
import type { Crashes } from './crash.ts';
import { tailCrashes } from './tail-crashes.ts';
import { waitCrashes } from './wait-crashes.ts';
import { workerCrashes } from './worker-crashes.ts';

/** The crash table by point; a point without a row does not compile. */
export const crashTable: Readonly<Record<CrashPoint, Crashes>> = {
  ...clientCrashes,
  ...workerCrashes,
  ...waitCrashes,
  ...tailCrashes,
};
