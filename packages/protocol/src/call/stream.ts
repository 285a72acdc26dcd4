/** Where a handler writes the items of its stream. */
export interface StreamWriter<I> {
  /**
   * Sends one item as soon as the reader has room for it, so whoever awaits it never runs ahead.
   *
   * @throws MeshError `cancelled` once the reader is gone, `timeout` when it took nothing for 30 s
   */
  write(item: I): Promise<void>;
}

/**
 * A streamed reply: iterate the items, once; then `reply` is the final output. Reading sets the pace: nobody who does not
 * iterate gets more than a few items, nor the reply behind them. Leaving the loop early cancels the call.
 */
export interface StreamReply<I, R> extends AsyncIterable<I> {
  /** The answer at the end of the stream; what it rejects with is thrown out of the loop as well. */
  readonly reply: Promise<R>;
}
