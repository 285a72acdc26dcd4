import type { EvolutionRecord, Mode } from '@seedcore/contracts';
import { type Call, type Clock, type Random, ulid } from '@seedcore/protocol';
import { type EvolutionPlan, type EvolutionWish, planEvolution } from '../domain/evolution/plan-evolution.ts';
import { costOf, roiOf } from '../domain/evolution/return-on-energy.ts';
import { MAX_ORGANS } from '../domain/organ-config.ts';
import type { Roster } from '../domain/roster.ts';
import type { EvolutionBook } from './evolution-book.ts';
import { type Energies, type Evolutions, isOver } from './evolution-ports.ts';

/** Modes in which nothing is rearranged. */
const REFUSING: readonly Mode[] = ['RECOVERY', 'EMERGENCY'];

/** What beginning an evolution stands on. */
export type BeginPorts = {
  readonly roster: Roster;
  readonly energies: Energies;
  readonly evolutions: Evolutions;
  readonly book: EvolutionBook;
  /** Where work goes that leads nowhere else. */
  readonly fallback: () => Promise<string>;
  readonly evolveLimits: { readonly maxCost: number; readonly minRoi: number };
  readonly clock: Clock;
  readonly random: Random;
};

/** An evolution that is wished for. */
export type BeginWish = EvolutionWish &
  Pick<EvolutionRecord, 'settle_ms' | 'measure_ms' | 'keep_if_unmeasured'> & {
    readonly dry_run: boolean;
    readonly force: boolean;
  };

/** What came of the wish. */
export type Begun =
  | { readonly is: 'begun' | 'planned'; readonly record: EvolutionRecord }
  | { readonly is: 'unknown_organ'; readonly organId: string }
  | { readonly is: 'bad_shape' | 'energy_unknown'; readonly reason: string }
  | { readonly is: 'too_costly'; readonly cost: number; readonly max: number }
  | { readonly is: 'refused_by_mode'; readonly mode: Mode }
  | { readonly is: 'unprofitable'; readonly roi_est: number; readonly min: number }
  | { readonly is: 'evolution_running'; readonly evolution_id: string; readonly organ_id: string };

/** Plans an evolution, asks what it would bring, and writes it down for whoever drives it. */
export async function beginEvolution(wish: BeginWish, ports: BeginPorts, call: Call): Promise<Begun> {
  const { energies, evolveLimits } = ports;
  const { cost, cost_e } = costOf(wish.op);
  if (cost > evolveLimits.maxCost) return { is: 'too_costly', cost, max: evolveLimits.maxCost };
  const mode = await energies.mode(call);
  if (mode !== undefined && REFUSING.includes(mode)) return { is: 'refused_by_mode', mode };
  const plan = shapeOf(wish, ports, await ports.fallback());
  if ('is' in plan) return plan;
  const compared = await energies.compare(livingIn(plan), call);
  if ('unknown' in compared) return { is: 'energy_unknown', reason: compared.unknown };
  const roi_est = roiOf(compared.delta_E, cost_e);
  if (roi_est < evolveLimits.minRoi && !wish.force) return { is: 'unprofitable', roi_est, min: evolveLimits.minRoi };
  const figures = { E_before: compared.E_before, delta_E_est: compared.delta_E, cost, cost_e, roi_est };
  const record = recordOf(wish, plan, { ...figures, min_roi: evolveLimits.minRoi });
  if (wish.dry_run) return { is: 'planned', record };
  await energies.look(call);
  return write(record, ports);

  function recordOf(
    { op, organ_id, settle_ms, measure_ms, keep_if_unmeasured }: BeginWish,
    { organs, before, after }: Shape,
    known: typeof figures & { readonly min_roi: number },
  ): EvolutionRecord {
    return {
      ...{ evolution_id: ulid(ports.clock, ports.random), op, lead: organ_id, organs, before, after },
      ...{ settle_ms, measure_ms, keep_if_unmeasured },
      ...known,
      delta_E_measured: null,
      state: 'applying',
      started_at: timeOf(ports),
    };
  }
}

/** What it would change, or why it cannot be. */
function shapeOf(wish: EvolutionWish, ports: BeginPorts, fallback: string): Shape | Begun {
  const { book, roster } = ports;
  const { organ_id: own, params } = wish;
  const running = runningAmong([own, ...params.src_organs, params.migrate_to ?? own], book);
  if (running !== undefined) return running;
  const plan = planEvolution(wish, worldOf(ports, fallback));
  if ('unknown' in plan) return { is: 'unknown_organ', organId: plan.unknown };
  if ('bad' in plan) return { is: 'bad_shape', reason: plan.bad };
  const made = plan.organs.filter((id) => roster.organ(id) === undefined).length;
  if (made > 0 && roster.organs().length + made > MAX_ORGANS)
    return { is: 'bad_shape', reason: `there may be ${MAX_ORGANS} organs, and no more` };
  return runningAmong(plan.organs, book) ?? plan;
}

/** The evolution one of these organs is in, as far as it is known here; the records have the last word. */
function runningAmong(organs: readonly string[], book: EvolutionBook): Begun | undefined {
  for (const organ_id of organs) {
    const known = book.of(organ_id);
    if (known !== undefined && !isOver(known))
      return { is: 'evolution_running', evolution_id: known.evolution_id, organ_id };
  }
  return undefined;
}

type Shape = Extract<EvolutionPlan, { readonly organs: readonly string[] }>;

async function write(record: EvolutionRecord, ports: BeginPorts): Promise<Begun> {
  const { evolutions, book } = ports;
  // From here on it is measured: whatever changes the energy before this moment is not its doing.
  const begun = { ...record, started_at: timeOf(ports) };
  const { running } = await evolutions.begin(begun);
  if (running !== undefined) return { is: 'evolution_running', ...running };
  book.apply(begun);
  return { is: 'begun', record: begun };
}

function worldOf({ roster, clock }: BeginPorts, fallback: string) {
  return {
    organ: (id: string) => roster.organ(id)?.record,
    members: (id: string) => roster.members(id).map(({ holding }) => holding),
    fallback,
    now: timeOf({ clock }),
  };
}

/** Agents that live before and after; a copy is as its original. */
function livingIn({ before, after }: Shape) {
  const living = ({ agents }: Shape['before']) =>
    agents.filter(({ archived }) => !archived).map(({ agent_id, like }) => like ?? agent_id);
  return { before: living(before), after: living(after) };
}

const timeOf = ({ clock }: Pick<BeginPorts, 'clock'>): string => new Date(clock.wallMs()).toISOString();
