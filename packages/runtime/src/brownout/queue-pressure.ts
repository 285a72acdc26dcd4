/** Waiting times are judged over windows of this length, in ms. */
const WINDOW_MS = 5_000;
/** p90 above this is pressure, in ms. */
const HIGH_MS = 200;
/** p90 below this is calm, in ms. */
const LOW_MS = 100;
/** So many windows of pressure in a row, 30 s, begin a brownout. */
const BEGIN_WINDOWS = 6;
/** So many calm windows in a row, 60 s, end it. */
const END_WINDOWS = 12;
const RANK = 0.9;

/**
 * Whether requests wait too long for a slot of one endpoint: p90 above 200 ms for 30 s, until it was below 100 ms for
 * 60 s. Of a window only three counts are kept: its p90 exceeds a limit exactly when fewer than 90 % stayed within it.
 */
export class QueuePressure {
  #window = 0;
  #waits = 0;
  #withinLow = 0;
  #withinHigh = 0;
  #high = 0;
  #calm = 0;
  #under = false;

  /** A request left the line after `waitedMs`, to start or because it was too late. */
  add(waitedMs: number, now: number, queued: number): void {
    this.under(now, queued);
    this.#waits += 1;
    if (waitedMs < LOW_MS) this.#withinLow += 1;
    if (waitedMs <= HIGH_MS) this.#withinHigh += 1;
  }

  /** True during a brownout; `queued` requests wait at present. */
  under(now: number, queued: number): boolean {
    const window = Math.floor(now / WINDOW_MS);
    for (let n = Math.min(window - this.#window, END_WINDOWS); n > 0; n--) this.#close(queued);
    this.#window = Math.max(window, this.#window);
    return this.#under;
  }

  #close(queued: number): void {
    const needed = Math.ceil(RANK * this.#waits);
    // Nobody left the line although somebody stands in it: it does not move at all.
    const stuck = this.#waits === 0 && queued > 0;
    this.#high = stuck || this.#withinHigh < needed ? this.#high + 1 : 0;
    this.#calm = !stuck && this.#withinLow >= needed ? this.#calm + 1 : 0;
    if (this.#high >= BEGIN_WINDOWS) this.#under = true;
    else if (this.#calm >= END_WINDOWS) this.#under = false;
    this.#waits = 0;
    this.#withinLow = 0;
    this.#withinHigh = 0;
  }
}
