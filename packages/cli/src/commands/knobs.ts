import { type KnobSpec, knobs as knownKnobs, type Mesh, type Setting, settingsOf } from '@seedcore/mesh';
import { namespaceOf } from '@seedcore/protocol';
import { withMesh } from '../connection.ts';
import { known } from '../discovery/service-schema.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** The knob of examples. */
const ANY = 'attempts';

/** Lists what an operator may change while everything runs, and what is set; or tells of one knob. */
export async function knobs(
  name: string | undefined,
  options: GlobalOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const shown = name === undefined ? [...knownKnobs] : [[name, knobNamed(name)] as const];
  if (options.json) return withMesh(options, surroundings, (mesh) => asJson(shown, surroundings, mesh));
  // What can be set is worth knowing also where nobody answers.
  const ns = options.ns ?? namespaceOf(surroundings.env);
  if (name === undefined) list(surroundings);
  for (const line of howTo(name, ns)) surroundings.out(line);
  surroundings.out('');
  return withMesh(options, surroundings, (mesh) => showSet(name, surroundings, mesh));
}

function knobNamed(name: string): KnobSpec {
  const spec = knownKnobs.get(known('there is no knob', name, [...knownKnobs.keys()]));
  if (spec !== undefined) return spec;
  throw new RangeError(name);
}

function list(surroundings: Surroundings): void {
  printTable(
    surroundings,
    [{ title: 'KNOB' }, { title: 'VALUES' }, { title: 'READ BY' }, { title: 'WHAT IT CHANGES', yields: true }],
    [...knownKnobs].map(([name, { values, readBy, doc }]) => [name, values, readBy, doc]),
  );
  surroundings.out('');
}

/** How a knob is set, the named one or any. */
function howTo(name: string | undefined, ns: string): readonly string[] {
  const spec = knobNamed(name ?? ANY);
  const put = (where: string, who: string) => [`nats kv put ${ns}_config ${where}.${name ?? ANY} ${spec.example}`, who];
  const commands = [
    ...(spec.of === 'endpoint' ? [put('ml.chat', 'for one endpoint')] : []),
    put('ml', 'for a service'),
    put('mesh', 'for all; the most specific key wins'),
    [`nats kv del ${ns}_config ml.${name ?? ANY}`, 'what was there before holds again'],
  ];
  const width = Math.max(...commands.map(([command = '']) => command.length));
  return [
    ...(name === undefined ? ['Set one, as:'] : [`${spec.doc} Values: ${spec.values}. Read by: ${spec.readBy}.`]),
    ...commands.map(([command = '', what]) => `  ${command.padEnd(width)}  # ${what}`),
    ...(name === undefined ? [] : (spec.others ?? []).map((other) => `  or ${other}`)),
  ];
}

async function showSet(name: string | undefined, surroundings: Surroundings, mesh: Mesh): Promise<ExitCode> {
  const { out, styles } = surroundings;
  const set = (await settingsOf(mesh.kv)).filter(({ key }) => name === undefined || key.endsWith(`.${name}`));
  if (set.length === 0) {
    out(`Nothing is set in ${mesh.ns}_config.`);
    return exitCodes.ok;
  }
  const rows = set.map((one) => [one.key, one.text, one.problem === undefined ? '' : styles.yellow(one.problem)]);
  printTable(surroundings, [{ title: 'SET' }, { title: 'VALUE', yields: true }, { title: '', yields: true }], rows);
  return set.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.ok;
}

async function asJson(
  shown: readonly (readonly [string, KnobSpec])[],
  surroundings: Surroundings,
  mesh: Mesh,
): Promise<ExitCode> {
  const set: readonly Setting[] = await settingsOf(mesh.kv);
  printJson(surroundings, { knobs: shown.map(([name, { schema: _, ...spec }]) => ({ name, ...spec })), set });
  return exitCodes.ok;
}
