/** Milliseconds of a clock that all processes of this machine share, and that never jumps. */
export const hostMs = (): number => Number(process.hrtime.bigint()) / 1e6;
