import type { EvolutionLine, EvolutionRecord } from '@seedcore/contracts';
import { isOver } from './evolution-ports.ts';

/** The newest evolution that concerned each organ, as far as it is known here; bounded by the number of organs. */
export class EvolutionBook {
  readonly #byLead = new Map<string, EvolutionRecord>();

  /** Takes a record into account. */
  apply(record: EvolutionRecord): void {
    this.#byLead.set(record.lead, record);
  }

  /** Those that have not ended. */
  running(): EvolutionRecord[] {
    return [...this.#byLead.values()].filter((record) => !isOver(record));
  }

  /** The newest that concerned an organ. */
  of(organId: string): EvolutionRecord | undefined {
    return [...this.#byLead.values()]
      .filter(({ organs }) => organs.includes(organId))
      .sort((a, b) => b.started_at.localeCompare(a.started_at))[0];
  }

  /** True while an organ changes its shape. */
  evolving(organId: string): boolean {
    return this.running().some(({ organs }) => organs.includes(organId));
  }
}

/** An evolution as it is shown. */
export function evolutionLineOf(record: EvolutionRecord): EvolutionLine {
  const { lead: _, before: __, after: ___, settle_ms: ____, measure_ms: _____, ...told } = record;
  const { keep_if_unmeasured: ______, min_roi: _______, applied_at: ________, ...line } = told;
  return line;
}
