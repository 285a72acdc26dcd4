import { logLevels } from '@seedcore/mesh';

/** One of the levels. */
export type Level = (typeof logLevels)[number];

const rankOf = (level: Level): number => logLevels.indexOf(level);

/** The least level that is written, by a log and all its children; may change while everything runs. */
export class LogLevel {
  readonly #usual: Level;
  #rank: number;

  constructor(usual: Level) {
    this.#usual = usual;
    this.#rank = rankOf(usual);
  }

  /** Writes from this level on; without one from the usual one. */
  set(level: Level = this.#usual): void {
    this.#rank = rankOf(level);
  }

  enabled(level: Level): boolean {
    return rankOf(level) >= this.#rank;
  }
}
