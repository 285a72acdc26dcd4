import type { FailureClass, IncidentContext, Remedy } from '@seedcore/contracts';
import { betaOf, betaQuantile } from './beta-distribution.ts';
import { failureLore } from './failure-lore.ts';
import type { Similar } from './similar-incidents.ts';

/** A remedy, and the past incidents in which it worked when they are why it was chosen. */
export type ChosenRemedy = {
  readonly action: Remedy;
  readonly backedBy: readonly Similar[];
  readonly retryAfterMs: number | undefined;
};

/** Incidents in which a remedy must have worked before it overrides the default of the class. */
const LEAST_BACKING = 2;
const LOWER_BOUND = 0.1;

/**
 * The past remedy whose success rate is highest at its 10 % lower bound, incidents weighed by similarity; when no
 * remedy worked in two similar incidents, the default of the class.
 */
export function chooseRemedy(
  failure: FailureClass,
  incident: IncidentContext,
  similar: readonly Similar[],
): ChosenRemedy {
  const proven = provenRemedies(similar).find(({ action }) => action !== 'retry' || incident.idempotent !== false);
  const action = proven?.action ?? defaultRemedy(failure, incident);
  return {
    action,
    backedBy: proven?.worked ?? [],
    retryAfterMs: action === 'retry_later' || action === 'retry' ? statedDelayMs(incident) : undefined,
  };
}

type Proven = { readonly action: Remedy; readonly worked: readonly Similar[]; readonly lower: number };

function provenRemedies(similar: readonly Similar[]): Proven[] {
  const tried = [...new Set(similar.map(({ incident }) => incident.remedy))].filter((action) => action !== undefined);
  return tried
    .map((action) =>
      provenBy(
        action,
        similar.filter(({ incident }) => incident.remedy === action),
      ),
    )
    .filter(({ worked }) => worked.length >= LEAST_BACKING)
    .sort((a, b) => b.lower - a.lower || (a.action < b.action ? -1 : 1));
}

function provenBy(action: Remedy, cases: readonly Similar[]): Proven {
  const worked = cases.filter(({ incident }) => incident.outcome === 'resolved');
  const failed = cases.filter(({ incident }) => incident.outcome === 'unresolved');
  return { action, worked, lower: betaQuantile(betaOf(weight(worked), weight(failed)), LOWER_BOUND) };
}

const weight = (cases: readonly Similar[]): number => cases.reduce((sum, { similarity }) => sum + similarity, 0);

/** A timeout or a broken connection may have run: only what is idempotent is tried again by itself. */
function defaultRemedy(failure: FailureClass, incident: IncidentContext): Remedy {
  const mayHaveRun = failure === 'transient_network' || failure === 'timeout';
  return mayHaveRun && incident.idempotent !== true ? 'escalate_human' : failureLore[failure].remedy;
}

const DELAY = /retry[- ]?after[ :=]{0,3}(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|sec|seconds|min|minutes)?/i;
const UNITS: Readonly<Record<string, number>> = { ms: 1, min: 60_000, minutes: 60_000 };

/** The delay the other side asked for: metric `retry_after_ms`, or `retry after …` in the message (seconds unless it says otherwise). */
export function statedDelayMs({ message, metrics }: IncidentContext): number | undefined {
  const measured = metrics?.['retry_after_ms'];
  if (measured !== undefined && measured >= 0) return measured;
  const [, amount, unit = 's'] = DELAY.exec(message) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit.toLowerCase()] ?? 1000);
}
