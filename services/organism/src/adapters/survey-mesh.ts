import type { Mesh, MicroInfo } from '@seedcore/mesh';
import { isRecord, MeshError } from '@seedcore/protocol';
import type { Survey, SurveyedService } from '../skill/survey.ts';

/** The services a whole mesh has. */
const THE_SIX = ['coordinator', 'cognitive', 'energy', 'ml', 'organism', 'state'];
/** Storage not heard for longer is away, in ms. */
const STORAGE_AWAY_MS = 15_000;
/** Most instances asked. */
const MAX_INSTANCES = 256;

/** What a survey asks. */
export type SurveyPorts = { readonly mesh: Mesh; readonly storageLagMs: () => number };

type Answer = { readonly name: string; readonly info: MicroInfo; readonly health: Health | undefined };
type Health = { readonly ready: boolean; readonly missing: readonly string[]; readonly rttMs: number };

/** Asks every instance on the bus how it is, all at once; who does not answer in time counts as not ready. */
export async function survey(
  { mesh, storageLagMs }: SurveyPorts,
  names: readonly string[] | undefined,
  timeoutMs: number,
): Promise<Survey> {
  const endsAt = mesh.clock.now() + timeoutMs;
  const found = (await mesh.discover()).filter(({ metadata }) => metadata['ns'] === mesh.ns).slice(0, MAX_INSTANCES);
  const wanted = new Set(names ?? [...THE_SIX, ...found.map(({ name }) => name)]);
  const asked = found.filter(({ name }) => wanted.has(name));
  const leftMs = Math.max(100, endsAt - mesh.clock.now());
  const answers = await Promise.all(
    asked.map(async (info) => ({ name: info.name, info, health: await healthOf(mesh, info, leftMs) })),
  );
  const lagMs = storageLagMs();
  return {
    services: [...wanted].sort().map((name) =>
      lineOf(
        name,
        answers.filter((answer) => answer.name === name),
      ),
    ),
    jetstream: { ok: lagMs < STORAGE_AWAY_MS, lagMs },
    partial: answers.some(({ health }) => health === undefined),
  };
}

async function healthOf(mesh: Mesh, { name, id }: MicroInfo, deadlineMs: number): Promise<Health | undefined> {
  const startedAt = mesh.clock.now();
  try {
    const answer = await mesh.builtin(name, 'health', { instance: id, deadlineMs });
    return { ready: answer['ready'] === true, missing: missingIn(answer), rttMs: mesh.clock.now() - startedAt };
  } catch (cause) {
    if (cause instanceof MeshError) return undefined;
    throw cause;
  }
}

/** What an instance says it misses, and why it works less well. */
function missingIn(answer: Readonly<Record<string, unknown>>): string[] {
  const lists = [answer['missing'], answer['degraded_by']].filter((list) => Array.isArray(list));
  return lists.flat().map((one: unknown) => String(isRecord(one) ? one['name'] : one));
}

function lineOf(name: string, answers: readonly Answer[]): SurveyedService {
  const known = answers.flatMap(({ health }) => (health === undefined ? [] : [health]));
  return {
    name,
    instances: answers.length,
    ready: known.filter(({ ready }) => ready).length,
    rttMs: known.length === 0 ? undefined : Math.max(...known.map(({ rttMs }) => Math.round(rttMs * 10) / 10)),
    version: answers[0]?.info.version,
    contract: answers[0]?.info.metadata['sc.contract'],
    missing: [...new Set(known.flatMap(({ missing }) => missing))],
  };
}
