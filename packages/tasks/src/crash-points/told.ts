import { channel } from 'node:diagnostics_channel';
import { CRASH_CHANNEL, type CrashPoint } from './crash-point.ts';

const told = channel(CRASH_CHANNEL);

/** Tells whoever listens, before anything else happens, that the process has come to this point. */
export function reach(point: CrashPoint): void {
  told.publish(point);
}
