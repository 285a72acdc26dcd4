import { type CallerKnobValues, callerKnobs } from './caller-knobs.ts';
import { type KnobSpec, readerOf } from './knob-spec.ts';
import type { MeshConfig } from './mesh-config.ts';

/** Tells what is set for the callers of an endpoint whenever it changes; nothing is told while nothing is set. */
export function watchCallerKnobs(
  config: MeshConfig,
  { service, endpoint }: { readonly service: string; readonly endpoint: string },
  on: (values: CallerKnobValues) => void,
): void {
  let values: CallerKnobValues = {};
  for (const [name, spec] of Object.entries<KnobSpec>(callerKnobs))
    config.watch({ service, endpoint, name, read: readerOf(spec) }, (value) => {
      values = { ...values, [name]: value };
      on(values);
    });
}
