import type { ModeCause, ModeComponent } from '@seedcore/contracts';
import type { Seen } from './mode-machine.ts';

/** A part of the mesh the mode depends on, and what its checks came to. */
export type Component = {
  readonly name: string;
  /** Without it nothing can be done; without others, less. */
  readonly critical: boolean;
  /** Failed checks in a row. */
  readonly failures: number;
  readonly seen: boolean;
  /** ms since 1970. */
  readonly watchedSince: number;
};

const failuresTolerated = 2;
const patienceMs = 60_000;

/** A component nobody has checked yet. */
export function unchecked(name: string, critical: boolean, now: number): Component {
  return { name, critical, failures: 0, seen: false, watchedSince: now };
}

/** The component after one more check. */
export function checked(component: Component, answered: boolean): Component {
  if (answered) return { ...component, seen: true, failures: 0 };
  return { ...component, failures: component.failures + 1 };
}

/** Three failures in a row are unhealthy; one that never answered gets a minute to start. */
export function healthOf({ seen, failures, watchedSince }: Component, now: number): ModeComponent['health'] {
  if (!seen) return now - watchedSince < patienceMs ? 'unseen' : 'unhealthy';
  return failures > failuresTolerated ? 'unhealthy' : 'healthy';
}

/** What the components together call for. */
export function seenIn(components: readonly Component[], now: number): Seen {
  const unhealthy = components.filter((component) => healthOf(component, now) === 'unhealthy');
  if (unhealthy.some(({ critical }) => critical)) return 'e';
  return unhealthy.length > 0 ? 'd' : 'c';
}

/** Why the components call for that. */
export function causesIn(components: readonly Component[], now: number): ModeCause[] {
  return components
    .filter((component) => healthOf(component, now) === 'unhealthy')
    .map(({ name, critical, seen, failures }) => ({
      component: name,
      kind: critical ? 'e' : 'd',
      detail: seen ? `${failures} failed checks` : 'never answered',
    }));
}
