/** A number that many processes change at once; changing it never conflicts, and every change counts once. */
export interface Counter {
  /**
   * Adds `by`, a whole number, also below zero. A repeat under the same `op` within ten minutes changes nothing: that is
   * how one whose answer was lost is made certain.
   *
   * @param op name of this change, unique for the counter; left out, one is made, and only retries of this very call share it
   * @returns the number afterwards, with whatever others have added meanwhile
   * @throws StoreError `invalid_value`; MeshError `not_connected` or `unavailable` when nothing was added, `timeout` when it
   *   may have been
   */
  add(by: number, op?: string): Promise<number>;
  /** The number now, asked of the leader; 0 while nobody has added anything. */
  read(): Promise<number>;
}

/** How a counter counts. */
export type CounterOptions = {
  /** With it the number begins at 0 again every so many ms of the wall clock, counted from 1970 in UTC; a change counts where it began. */
  readonly windowMs?: number;
};
