/** A host not heard for so long is slow, in ms: three beats. */
const SLOW_MS = 6000;
/** A host not heard for so long is suspected, and pinged, in ms: five beats. */
export const HOST_SUSPECT_MS = 10_000;

/** How a host is, as far as its beats tell; only pings tell that it is dead. */
export type HostState = 'ready' | 'slow' | 'suspect';

/** How a host is that was last heard `silentMs` ago. */
export function hostState(silentMs: number): HostState {
  if (silentMs >= HOST_SUSPECT_MS) return 'suspect';
  return silentMs >= SLOW_MS ? 'slow' : 'ready';
}
