import { energy } from '@seedcore/contracts';
import { conformance, startService, VirtualClock } from '@seedcore/testkit';
import { test } from 'vitest';
import { defaultWeights } from './domain/weights.ts';
import { Sampler } from './loops/sampler.ts';
import type { ResultRecord } from './ports.ts';
import { energyService } from './service.ts';
import { goldenState } from './testing/golden-state.ts';

function start() {
  const clock = new VirtualClock();
  const kept = new Map<string, ResultRecord>();
  const snapshot = async () => ({ id: 'snapshot', at: clock.wallMs(), state: goldenState, organs: new Map() });
  const samples = new Sampler({ clock, weights: defaultWeights, read: snapshot });
  const results = {
    get: async (id: string) => kept.get(id),
    keep: async (id: string, record: ResultRecord) => {
      kept.set(id, kept.get(id) ?? record);
      return kept.get(id) ?? record;
    },
  };
  return startService(energyService({ clock, samples, results, modes: { latest: () => undefined } }), { clock });
}

test.each(conformance(energy, start))('$name', ({ run }) => run());
