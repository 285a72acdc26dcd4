import type { FoundServer, Outcome, Resolution } from './found-server.ts';
import { withoutCredentials } from './greeting.ts';
import type { Machine } from './machine.ts';
import { plan, type StepName } from './plan.ts';
import { reasonOf } from './reason.ts';
import { fromApt } from './steps/apt.ts';
import { fromCache } from './steps/cache.ts';
import { fromContainer } from './steps/container.ts';
import { fromEnv } from './steps/env.ts';
import { fromGo } from './steps/go.ts';
import { fromPath } from './steps/path.ts';
import { fromRelease } from './steps/release.ts';
import { fromUrl } from './steps/url.ts';
import { NatsServerUnavailable, unavailableText } from './unavailable.ts';

const steps: Readonly<Record<StepName, (machine: Machine) => Promise<Outcome>>> = {
  url: fromUrl,
  env: fromEnv,
  cache: fromCache,
  path: fromPath,
  release: fromRelease,
  go: fromGo,
  apt: fromApt,
  container: fromContainer,
};

/**
 * Walks the steps in their order and stops at the first that has a server.
 *
 * @throws NatsServerUnavailable naming every step's reason, or at once when something that was set explicitly fails
 */
export async function resolveOn(machine: Machine): Promise<Resolution> {
  const why: string[] = [];
  for (const { name, skipped } of plan(machine.env)) {
    const outcome = skipped === undefined ? await attempt(machine, name) : { why: skipped };
    if ('fatal' in outcome) throw new NatsServerUnavailable(outcome.fatal);
    if ('found' in outcome) return { ...outcome.found, step: name, why: [...why, `${name}: ${outcome.how}`] };
    why.push(`${name}: ${outcome.why}`);
  }
  throw new NatsServerUnavailable(unavailableText(why, machine.platform));
}

/** A step that breaks (a full disk, a folder nobody may write) is one that has no server. */
async function attempt(machine: Machine, name: StepName): Promise<Outcome> {
  try {
    return await steps[name](machine);
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** One line on which server is used, for people. */
export function describeServer(server: FoundServer): string {
  switch (server.kind) {
    case 'url':
      return `the server at ${withoutCredentials(server.url)}`;
    case 'binary':
      return `nats-server ${server.version.join('.')} (${server.path})`;
    case 'container':
      return `nats-server ${server.version.join('.')} (${server.image} in ${server.engine})`;
  }
}
