import type { Mesh, MicroInfo } from '@seedcore/mesh';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** One service of the mesh with all its instances. */
export interface ServiceLine {
  readonly service: string;
  readonly version: string;
  readonly instances: number;
  readonly endpoints: number;
  /** Of a contract this mesh knows nothing of, `undefined`. */
  readonly contracts: readonly string[];
  readonly doc: string;
}

/** Groups what instances say about themselves into services of one namespace. */
export function serviceLines(infos: readonly MicroInfo[], ns: string): ServiceLine[] {
  const here = infos.filter(({ metadata }) => metadata['ns'] === undefined || metadata['ns'] === ns);
  const names = [...new Set(here.map(({ name }) => name))].sort();
  return names.map((service) => {
    const own = here.filter(({ name }) => name === service);
    return {
      service,
      version: [...new Set(own.map(({ version }) => version))].join(', '),
      instances: own.length,
      endpoints: Math.max(...own.map(({ endpoints }) => endpoints.length)),
      contracts: [...new Set(own.flatMap(({ metadata }) => metadata['sc.contract'] ?? []))],
      doc: own[0]?.description ?? '',
    };
  });
}

/** Lists the services that are there, whoever runs them. */
export async function ls(options: GlobalOptions, surroundings: Surroundings, mesh: Mesh): Promise<ExitCode> {
  const lines = serviceLines(await mesh.discover(), mesh.ns);
  const rows = await Promise.all(lines.map(async (line) => ({ ...line, health: await healthOf(mesh, line.service) })));
  if (options.json) printJson(surroundings, rows);
  else if (rows.length === 0)
    surroundings.out(`No service answers in namespace ${mesh.ns}. Start them: npx seedcore up`);
  else printServices(surroundings, rows);
  return exitCodes.ok;
}

function printServices(surroundings: Surroundings, rows: readonly (ServiceLine & { health: string })[]): void {
  const { styles } = surroundings;
  const right = 'right' as const;
  printTable(
    surroundings,
    [
      { title: 'SERVICE' },
      { title: 'VERSION' },
      { title: 'INSTANCES', align: right },
      { title: 'HEALTH' },
      { title: 'ENDPOINTS', align: right },
      { title: 'WHAT IT DOES', yields: true },
    ],
    rows.map(({ service, version, instances, health, endpoints, doc }) => [
      service,
      version,
      String(instances),
      health === 'ready' ? styles.green(health) : styles.yellow(health),
      String(endpoints),
      doc,
    ]),
  );
}

/** One word on one instance of a service: ready, degraded, or what it is doing instead. */
async function healthOf(mesh: Mesh, service: string): Promise<string> {
  try {
    const { ready, degraded, state } = await mesh.builtin(service, 'health');
    if (ready !== true) return String(state ?? 'not ready');
    return degraded === true ? 'degraded' : 'ready';
  } catch {
    return 'silent';
  }
}
