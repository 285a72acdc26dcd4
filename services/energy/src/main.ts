import { energy } from '@seedcore/contracts';
import { name } from '@seedcore/protocol';
import { defineService, type Host, runService } from '@seedcore/runtime';
import { openStore } from '@seedcore/store';
import { z } from 'zod';
import { driftNews } from './adapters/drift-news.ts';
import { healthProbe } from './adapters/health-probe.ts';
import { energyAsset, kvModes, kvResults } from './adapters/kv-energy.ts';
import { stateSnapshots } from './adapters/state-snapshots.ts';
import { defaultWeights } from './domain/weights.ts';
import { runModeLoop } from './loops/mode-loop.ts';
import { Sampler } from './loops/sampler.ts';
import type { ModeChange } from './ports.ts';
import { energyService } from './service.ts';

const services = (list: string) =>
  z
    .string()
    .default(list)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(name.refine((service) => service !== energy.name, 'energy does not watch itself')).min(1));

const config = z.object({
  SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1').describe('copies of everything on disk'),
  MODE_CRITICAL: services('state,coordinator,organism').describe('services without which nothing can be done'),
  MODE_IMPORTANT: services('ml,cognitive').describe('services without which less can be done'),
});

type Config = z.output<typeof config>;

async function start(host: Host<Config>) {
  const { mesh, clock } = host;
  const store = openStore(mesh, { replicas: host.config.SEEDCORE_REPLICAS === '3' ? 3 : 1 });
  await store.provision([energyAsset]);
  const drift = driftNews(mesh);
  const samples = new Sampler({ clock, read: stateSnapshots(mesh, drift.mean), weights: defaultWeights });
  const modes = kvModes(store);
  const view = modes.watch();
  const candidacy = store.elect('energy_loop_mode', (lease) =>
    runModeLoop(
      {
        clock,
        critical: host.config.MODE_CRITICAL,
        important: host.config.MODE_IMPORTANT,
        probe: healthProbe(mesh),
        modes,
        announce: (change) => announce(host, change),
      },
      lease,
    ),
  );
  void samples.start();
  return {
    implementation: energyService({ clock, samples, results: kvResults(store), modes: view }),
    drain: async () => {
      samples.stop();
      drift.stop();
      view.stop();
      await candidacy.stop();
      await store.close();
    },
  };
}

function announce({ mesh, log }: Host<Config>, { from, record }: ModeChange): void {
  const { mode, causes, seq } = record;
  log.info({ from, to: mode, causes }, 'mode changed');
  void mesh.publish(energy, 'mode_changed', { from: from ?? null, to: mode, causes, seq });
}

await runService(defineService({ contract: energy, config, start }), process.env);
