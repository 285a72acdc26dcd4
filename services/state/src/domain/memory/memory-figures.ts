/** What this replica counted since it started. */
export class MemoryFigures {
  readonly since: string;
  /** Ids that were asked for and not found. */
  misses = 0;
  /** Memories of the long term that made room. */
  evicted = 0;

  constructor(since: string) {
    this.since = since;
  }
}
