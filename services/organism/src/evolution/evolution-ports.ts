import type { EvolutionRecord, Mode } from '@seedcore/contracts';
import type { Call } from '@seedcore/protocol';

/** Records of evolutions, shared by every replica: one may be under way for an organ. */
export interface Evolutions {
  /** Writes the record if none of its organs is in another one; all of it or nothing. */
  begin(record: EvolutionRecord): Promise<{ readonly running?: { evolution_id: string; organ_id: string } }>;
  /** As the leader has it. */
  read(lead: string): Promise<EvolutionRecord | undefined>;
  /** Changes one by compare-and-set. @returns whether this call wrote */
  change(lead: string, change: (now: EvolutionRecord) => EvolutionRecord | 'skip'): Promise<boolean>;
  /** Hands over every record, then every change; resolves when the first set is complete. */
  watch(listener: (record: EvolutionRecord) => void): Promise<void>;
}

/** What energy and state say of an evolution. */
export interface Energies {
  /** Undefined when nobody has checked for 30 s, or energy is away. */
  mode(call: Call): Promise<Mode | undefined>;
  /** Energy by living agent, before and after; `unknown` says why it cannot be told. A list may name one twice: a copy counts beside its original. */
  compare(
    living: { readonly before: readonly string[]; readonly after: readonly string[] },
    call: Call,
  ): Promise<{ readonly E_before: number; readonly delta_E: number } | { readonly unknown: string }>;
  /** Has energy look at everything now, so that there is something to measure from. */
  look(call: Call): Promise<void>;
  /** Change of energy by living agent since it began; null when it was not measured, `away` while energy is. */
  measured(
    record: EvolutionRecord,
    window: { readonly from: string; readonly to: string },
  ): Promise<number | null | 'away'>;
}

/** Whether an evolution has ended. */
export const isOver = ({ state }: Pick<EvolutionRecord, 'state'>): boolean =>
  state === 'accepted' || state === 'rolled_back' || state === 'rollback_failed';
