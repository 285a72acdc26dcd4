import { callerKnobs } from './caller-knobs.ts';
import { hostKnobs } from './host-knobs.ts';
import type { KnobSpec } from './knob-spec.ts';

/** Every knob there is, by its name: the last token of a key of `<ns>_config`. */
export const knobs: ReadonlyMap<string, KnobSpec> = new Map(Object.entries<KnobSpec>({ ...callerKnobs, ...hostKnobs }));
