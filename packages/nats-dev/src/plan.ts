import type { Environment } from './proxy.ts';

/** Every way to obtain a nats-server, in the order they are tried. */
export const stepNames = ['url', 'env', 'cache', 'path', 'release', 'go', 'apt', 'container'] as const;

/** One way to obtain a nats-server. */
export type StepName = (typeof stepNames)[number];

/** A step to try, or the reason why it is left out. */
export interface PlannedStep {
  readonly name: StepName;
  readonly skipped?: string;
}

const fetching: ReadonlySet<StepName> = new Set(['release', 'go', 'apt', 'container']);

/**
 * Decides which steps run: all of them, but those that fetch something when `SEEDCORE_NATS_DOWNLOAD=never`, and only
 * the listed ones when `SEEDCORE_NATS_STEPS` is set.
 *
 * @throws RangeError when `SEEDCORE_NATS_STEPS` or `SEEDCORE_NATS_DOWNLOAD` holds something unknown
 */
export function plan(env: Environment): PlannedStep[] {
  const allowed = allowedSteps(env['SEEDCORE_NATS_STEPS']);
  const offline = neverDownload(env['SEEDCORE_NATS_DOWNLOAD']);
  return stepNames.map((name) => {
    if (!allowed.has(name)) return { name, skipped: 'left out by SEEDCORE_NATS_STEPS' };
    if (offline && fetching.has(name)) return { name, skipped: 'SEEDCORE_NATS_DOWNLOAD=never' };
    return { name };
  });
}

function allowedSteps(value: string | undefined): ReadonlySet<string> {
  if (!value) return new Set(stepNames);
  const asked = value.split(',').map((name) => name.trim());
  const unknown = asked.filter((name) => !stepNames.some((known) => known === name));
  if (unknown.length === 0) return new Set(asked);
  throw new RangeError(`SEEDCORE_NATS_STEPS: unknown ${unknown.join(', ')}; known: ${stepNames.join(', ')}`);
}

function neverDownload(value: string | undefined): boolean {
  if (!value || value === 'never') return value === 'never';
  throw new RangeError(`SEEDCORE_NATS_DOWNLOAD: "${value}" is not known; set it to "never" or leave it out`);
}
