import { fileURLToPath } from 'node:url';
import { organism } from '@seedcore/contracts';
import { defineService, runService } from '@seedcore/runtime';
import { openEvents, openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { connectNode, resolveName } from './adapters/node-web.ts';
import { breakersAsset } from './adapters/store-breakers.ts';
import { evolutionsAsset } from './adapters/store-evolutions.ts';
import { organsAsset } from './adapters/store-records.ts';
import { rulesAsset } from './adapters/store-rules.ts';
import { segmentsStream } from './adapters/store-segments.ts';
import { workersAsset } from './adapters/store-workers.ts';
import { processVitals } from './clock-vitals.ts';
import { agentIsolates } from './isolate/agent-isolates.ts';
import { isolateEnv } from './isolate/isolate-env.ts';
import { openOrganism } from './open-organism.ts';
import { organismConfig } from './organism-config.ts';
import { skillFolder } from './skill/catalogue/skill-folder.ts';
import { startWatchdog } from './watchdog/start-watchdog.ts';
import { guardedWeb } from './web/guarded-web.ts';
import { hostRule } from './web/host-rule.ts';

/** Where skill files lie when nobody says where. */
const DEFAULT_SKILLS = fileURLToPath(new URL('../skills', import.meta.url));

const env = isolateEnv(process.env);

const definition = defineService({
  contract: organism,
  config: organismConfig,
  start: async (host) => {
    const { mesh, clock, log, config } = host;
    const watchdog = startWatchdog({ clock, env, failed: (err) => log.error({ err }, 'the watchdog is gone') });
    const report = (where: string, err: unknown) => log.warn({ err, where }, 'durable work');
    const store = openStore(mesh, { replicas: config.SEEDCORE_REPLICAS === '3' ? 3 : 1, report });
    const tasks = openTasks(store, { instance: mesh.instance, report });
    mesh.keepEventsIn(openEvents(store, { report }));
    await store.provision([organsAsset, rulesAsset, breakersAsset, workersAsset, evolutionsAsset, segmentsStream]);
    await tasks.provision();
    const running = await openOrganism({
      ...host,
      store,
      tasks,
      vitals: processVitals(),
      files: skillFolder(config.SEEDCORE_SKILLS ?? DEFAULT_SKILLS, {
        clock,
        env,
        named: config.SEEDCORE_SKILLS !== undefined,
      }),
      web: guardedWeb({
        allow: hostRule(config.SKILL_HTTP_ALLOW),
        secrets: config.SKILL_WEBHOOK_SECRETS,
        ...{ resolve: resolveName, connect: connectNode, clock },
      }),
      isolates: (leftBehind) => agentIsolates(clock, env, leftBehind),
    });
    return {
      ...running,
      async drain(graceMs) {
        await running.drain?.(graceMs);
        await tasks.close();
        await store.close();
        watchdog.stop();
      },
    };
  },
});

await runService(definition, process.env);
