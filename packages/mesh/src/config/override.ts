import type { Validated } from '@seedcore/protocol';
import type { Override } from '@seedcore/resilience';
import type { Knob } from './knob.ts';

/** The knob in which operators say it. */
export function overrideOf(service: string, endpoint: string): Knob<Override> {
  return { service, endpoint, name: 'override', read: readOverride };
}

function readOverride(value: unknown): Validated<Override> {
  if (value === 'isolate' || value === 'hold') return { ok: true, value };
  return { ok: false, problems: [{ field: '', message: 'must be isolate or hold' }] };
}
