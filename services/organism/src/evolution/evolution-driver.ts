import type { EvolutionRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { Rounds } from '../agents/rounds.ts';
import { judgeMeasured } from '../domain/evolution/return-on-energy.ts';
import { type ArrangePorts, arrange } from './arrange.ts';
import type { EvolutionBook } from './evolution-book.ts';
import { type Energies, type Evolutions, isOver } from './evolution-ports.ts';

/** How often evolutions under way are looked at, in ms. */
const LOOK_MS = 1000;
/** Energy has looked by when an evolution began; what it measures from must not lie after the first change. In ms. */
const BEFORE_MS = 3000;
/** Longest wait for energy once an evolution could be measured, in ms. */
const ENERGY_PATIENCE_MS = 30_000;
/** Looks at which the same part of an evolution may fail before it is given up. */
const MOST_FAILURES = 60;

/** What driving evolutions stands on. */
export type DriverPorts = ArrangePorts & {
  readonly evolutions: Evolutions;
  readonly book: EvolutionBook;
  readonly energies: Pick<Energies, 'measured'>;
  /** Hears of each end once. */
  readonly finished: (record: EvolutionRecord) => void;
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Throws when this process may not go on. */
type Check = () => void;

/**
 * Brings every evolution to its end, in the one process that holds the lease.
 *
 * 1. Where an evolution stands is in its record and nowhere else; each part may be done again, so whoever comes next goes on.
 * 2. It ends `accepted` only when it was measured to pay, or need not be measured; else membership is as it was before.
 * 3. What cannot be taken back ends `rollback_failed`, and nobody touches it any more.
 */
export class EvolutionDriver {
  readonly #ports: DriverPorts;
  readonly #failures = new Map<string, number>();

  constructor(ports: DriverPorts) {
    this.#ports = ports;
  }

  /** Drives until `signal` aborts. */
  async lead(lease: { readonly signal: AbortSignal; check(): void }): Promise<void> {
    const { clock, warn } = this.#ports;
    const rounds = new Rounds(clock, LOOK_MS, {
      round: () => this.look(() => lease.check()),
      failed: (cause) => warn('evolutions could not be looked at', cause),
    });
    rounds.start();
    await new Promise<void>((resolve) => {
      if (lease.signal.aborted) resolve();
      lease.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await rounds.stop();
  }

  /** One step of each that is under way. */
  async look(check: Check): Promise<void> {
    for (const { lead } of this.#ports.book.running()) await this.#step(lead, check);
  }

  async #step(lead: string, check: Check): Promise<void> {
    const { evolutions, warn } = this.#ports;
    check();
    const record = await evolutions.read(lead);
    if (record === undefined || isOver(record)) return;
    const part = `${record.evolution_id} ${record.state}`;
    try {
      await this.#go(record, check);
      this.#failures.delete(part);
    } catch (cause) {
      check();
      const failures = (this.#failures.get(part) ?? 0) + 1;
      this.#failures.set(part, failures);
      warn(`evolution ${record.evolution_id} of ${lead} does not get on: ${record.state}`, cause);
      if (failures < MOST_FAILURES) return;
      this.#failures.delete(part);
      await this.#giveUp(record, `${record.state} failed ${failures} times: ${String(cause)}`);
    }
  }

  #go(record: EvolutionRecord, check: Check): Promise<void> {
    switch (record.state) {
      case 'applying':
        return this.#apply(record, check);
      case 'settling':
        return this.#settle(record);
      case 'measuring':
        return this.#measure(record);
      default:
        return this.#takeBack(record, check);
    }
  }

  async #apply(record: EvolutionRecord, check: Check): Promise<void> {
    if (this.#ports.clock.wallMs() - Date.parse(record.started_at) < BEFORE_MS) return;
    const problems = await this.#arrange(record, check);
    if (problems.length > 0) return this.#to(record, { state: 'rolling_back', why: textOf(problems) });
    await this.#to(record, { state: 'settling', applied_at: this.#time() });
  }

  async #settle(record: EvolutionRecord): Promise<void> {
    if (this.#sinceApplied(record) >= record.settle_ms) await this.#to(record, { state: 'measuring' });
  }

  async #measure(record: EvolutionRecord): Promise<void> {
    const { energies } = this.#ports;
    const dueMs = record.settle_ms + record.measure_ms;
    const since = this.#sinceApplied(record);
    if (since < dueMs) return;
    const to = new Date(Date.parse(record.applied_at ?? record.started_at) + dueMs).toISOString();
    const measured = await energies.measured(record, { from: record.started_at, to });
    if (measured === 'away' && since < dueMs + ENERGY_PATIENCE_MS) return;
    const known = measured === 'away' ? null : measured;
    const { keep, why } = judgeMeasured(known ?? undefined, record);
    const found = { delta_E_measured: known, ...(why === undefined ? {} : { why }) };
    if (keep) await this.#end(record, { ...found, state: 'accepted' });
    else await this.#to(record, { ...found, state: 'rolling_back' });
  }

  async #takeBack(record: EvolutionRecord, check: Check): Promise<void> {
    const problems = await this.#arrange(record, check);
    if (problems.length === 0) await this.#end(record, { state: 'rolled_back' });
    else await this.#end(record, { state: 'rollback_failed', why: textOf(problems) });
  }

  #giveUp(record: EvolutionRecord, why: string): Promise<void> {
    const text = why.slice(0, 400);
    if (record.state === 'rolling_back') return this.#end(record, { state: 'rollback_failed', why: text });
    return this.#to(record, { state: 'rolling_back', why: text });
  }

  #arrange(record: EvolutionRecord, check: Check): Promise<string[]> {
    const back = record.state === 'rolling_back';
    const target = back ? record.before : record.after;
    return arrange({ target, back, check, why: `${record.op} ${record.evolution_id}` }, this.#ports);
  }

  #end(record: EvolutionRecord, change: Partial<EvolutionRecord>): Promise<void> {
    return this.#to(record, { ...change, ended_at: this.#time() });
  }

  /** Only from where it was seen; whoever writes its end tells it. */
  async #to(record: EvolutionRecord, change: Partial<EvolutionRecord>): Promise<void> {
    const { evolutions, finished } = this.#ports;
    const next = { ...record, ...change };
    const seen = ({ evolution_id, state }: EvolutionRecord) =>
      evolution_id === record.evolution_id && state === record.state;
    const wrote = await evolutions.change(record.lead, (now) => (seen(now) ? next : 'skip'));
    if (wrote && isOver(next)) finished(next);
  }

  #sinceApplied({ applied_at, started_at }: EvolutionRecord): number {
    return this.#ports.clock.wallMs() - Date.parse(applied_at ?? started_at);
  }

  #time(): string {
    return new Date(this.#ports.clock.wallMs()).toISOString();
  }
}

const textOf = (problems: readonly string[]): string => problems.join('; ').slice(0, 400);
