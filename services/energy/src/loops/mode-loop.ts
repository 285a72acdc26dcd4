import { type Clock, delay } from '@seedcore/protocol';
import { type Component, checked, unchecked } from '../domain/component-watch.ts';
import { firstState, resumed } from '../domain/mode-machine.ts';
import { checkMode, stateOf } from '../domain/mode-record.ts';
import type { ModeChange, ModeStore, Probe } from '../ports.ts';

/** Time between two checks, in ms. */
export const checkEveryMs = 5000;

/** Name of the component that stands for durable writes; its check is whether the last mode could be written. */
const jetstream = 'jetstream';

/** A holder's right to check. */
export type Term = { readonly epoch: number; readonly signal: AbortSignal };

/** What the mode loop works with. */
export type ModeLoopPorts = {
  readonly clock: Clock;
  readonly critical: readonly string[];
  readonly important: readonly string[];
  readonly probe: Probe;
  readonly modes: ModeStore;
  readonly announce: (change: ModeChange) => void;
};

/**
 * Checks the components every five seconds and writes the mode, until the term ends or somebody with a later one writes.
 *
 * @throws the reason of the signal when the term ends
 */
export async function runModeLoop(ports: ModeLoopPorts, term: Term): Promise<void> {
  const { clock, modes, announce } = ports;
  const before = await modes.read();
  let state = before
    ? resumed(stateOf(before), Date.parse(before.checked_at), clock.wallMs())
    : firstState(clock.wallMs());
  let told = before?.mode;
  let components = watched(ports);
  let durable = true;
  for (;;) {
    const begun = clock.now();
    components = await checkAll(components, ports.probe, durable);
    const next = checkMode(state, components, { now: clock.wallMs(), epoch: term.epoch });
    const outcome = await modes.write(next.record);
    if (outcome === 'fenced') return;
    durable = outcome === 'written';
    if (durable) {
      state = next.state;
      if (state.mode !== told) announce({ from: told, record: next.record });
      told = state.mode;
    }
    await delay(clock, Math.max(0, checkEveryMs - (clock.now() - begun)), term.signal);
  }
}

function watched({ clock, critical, important }: ModeLoopPorts): Component[] {
  const now = clock.wallMs();
  return [
    ...[jetstream, ...critical].map((name) => unchecked(name, true, now)),
    ...important.map((name) => unchecked(name, false, now)),
  ];
}

function checkAll(components: readonly Component[], probe: Probe, durable: boolean): Promise<Component[]> {
  const answers = (name: string) => (name === jetstream ? Promise.resolve(durable) : probe(name));
  return Promise.all(components.map(async (component) => checked(component, await answers(component.name))));
}
