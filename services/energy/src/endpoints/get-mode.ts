import type { energy } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { brownoutLevel } from '../domain/brownout.ts';
import type { Ports } from '../ports.ts';

const freshMs = 30_000;

/** Tells the mode as last checked; one that nobody has checked for 30 s is unknown. */
export function getMode({ clock, modes }: Ports): Handler<typeof energy.endpoints.get_mode> {
  return async () => {
    const record = modes.latest();
    const age = record ? Math.max(0, clock.wallMs() - Date.parse(record.checked_at)) : undefined;
    const known = age !== undefined && age <= freshMs ? record : undefined;
    return ok({
      mode: known?.mode ?? null,
      brownout_level: brownoutLevel(known?.mode, known?.seq ?? 0),
      causes: known?.causes ?? [],
      components: known?.components ?? [],
      since: known?.since ?? null,
      dwell_s: known?.dwell_s ?? null,
      clean_checks: known?.clean_checks ?? null,
      epoch: record?.epoch ?? null,
      seq: record?.seq ?? null,
      checked_at: record?.checked_at ?? null,
      age_ms: age ?? null,
    });
  };
}
