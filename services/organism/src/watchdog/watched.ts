/** So many waits in a row without a turn of the main loop, and it is frozen. */
export const STANDSTILLS = 10;

/** What the watchdog is given: a counter of the turns of the main loop, and how long it waits for the next, in ms. */
export type Watched = { readonly turns: Int32Array<SharedArrayBuffer>; readonly waitMs: number };
