import type { Mesh, MicroStats } from '@seedcore/mesh';
import { isRecord, isToken, MeshError } from '@seedcore/protocol';
import { rawRequest } from '../discovery/raw-request.ts';
import { schemaExample } from '../discovery/schema-example.ts';
import { type EndpointSchema, known, readServiceSchema, type ServiceSchema } from '../discovery/service-schema.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import { duration } from '../output/quantity.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** What `info` shows of the mesh. */
export interface InfoRequest {
  readonly service: string;
  readonly endpoint?: string | undefined;
}

/** Shows a service: its instances and endpoints; or one endpoint: its fields, failures and an example. */
export async function info(
  { service, endpoint }: InfoRequest,
  { options, surroundings, mesh }: { options: GlobalOptions; surroundings: Surroundings; mesh: Mesh },
): Promise<ExitCode> {
  const schema = await schemaOf(mesh, service);
  if (endpoint !== undefined) {
    const one = endpointOf(schema, endpoint);
    if (options.json) printJson(surroundings, one);
    else printEndpoint(surroundings, schema, one);
    return exitCodes.ok;
  }
  const stats = (await mesh.stats(service)).filter(({ metadata }) => (metadata['ns'] ?? mesh.ns) === mesh.ns);
  if (options.json) printJson(surroundings, { ...schema, instances: stats });
  else printService(surroundings, schema, stats);
  return exitCodes.ok;
}

/**
 * The description of a service by itself.
 *
 * @throws CommandError when no service of that name is there, naming the one that was probably meant
 */
export async function schemaOf(mesh: Mesh, service: string): Promise<ServiceSchema> {
  const target = `${service}.schema`;
  if (!isToken(service)) return unknownService(mesh, service);
  try {
    const subject = mesh.subjects.endpoint(service, 'schema');
    const reply = await rawRequest(mesh, { target, subject, input: {}, timeoutMs: 2000 });
    if (reply.ok && isRecord(reply.value)) return readServiceSchema(reply.value);
  } catch (error) {
    if (error instanceof MeshError && error.code === 'no_responder') return unknownService(mesh, service);
    throw error;
  }
  throw new CommandError(`${target}: no description came back`);
}

/** Only now is it worth asking everybody for their names. */
async function unknownService(mesh: Mesh, service: string): Promise<never> {
  const there = (await mesh.ping()).filter(({ metadata }) => (metadata['ns'] ?? mesh.ns) === mesh.ns);
  const names = [...new Set(there.map(({ name }) => name))].sort();
  known('there is no service', service, names);
  throw new CommandError(`${service} is there, but does not describe itself`, exitCodes.unreachable);
}

/** One endpoint of a service; an unknown one is refused with a hint. */
export function endpointOf({ endpoints, service }: ServiceSchema, name: string): EndpointSchema {
  const names = endpoints.map((one) => one.name);
  const found = known(`${service} has no endpoint`, name, names);
  return endpoints.find((one) => one.name === found) ?? raise(found);
}

function raise(name: string): never {
  throw new RangeError(name);
}

function printService(surroundings: Surroundings, schema: ServiceSchema, stats: readonly MicroStats[]): void {
  const { out, styles, clock } = surroundings;
  out(`${styles.bold(schema.service)} ${schema.version}   contract ${schema.contract}`);
  out('');
  const right = 'right' as const;
  printTable(
    surroundings,
    [
      { title: 'INSTANCE' },
      { title: 'HOST', yields: true },
      { title: 'PID', align: right },
      { title: 'UPTIME', align: right },
      { title: 'REQUESTS', align: right },
      { title: 'ERRORS', align: right },
    ],
    stats.map(({ id, metadata, started, endpoints }) => [
      id,
      metadata['host'] ?? '',
      metadata['pid'] ?? '',
      duration(Math.max(0, clock.wallMs() - Date.parse(started))),
      String(total(endpoints, 'num_requests')),
      String(total(endpoints, 'num_errors')),
    ]),
  );
  out('');
  printTable(
    surroundings,
    [
      { title: 'ENDPOINT' },
      { title: 'DEADLINE', align: right },
      { title: 'REPEATABLE' },
      { title: 'WHAT IT DOES', yields: true },
    ],
    schema.endpoints.map(({ name, deadlineMs, idempotent, doc }) => [
      name,
      duration(deadlineMs),
      idempotent ? 'yes' : 'no',
      doc,
    ]),
  );
  for (const { subject, doc, kind } of schema.events)
    out(styles.dim(`event ${subject}  ${doc}${kind === '' ? '' : ` [${kind}]`}`));
  out('');
  out(`npx seedcore info ${schema.service} ${schema.endpoints[0]?.name ?? ''}`);
}

function total(endpoints: readonly unknown[], field: string): number {
  const counts = endpoints.map((one) => (isRecord(one) ? Number(one[field] ?? 0) : 0));
  return counts.reduce((sum, one) => sum + one, 0);
}

function printEndpoint(surroundings: Surroundings, { service }: ServiceSchema, endpoint: EndpointSchema): void {
  const { out, styles } = surroundings;
  const { name, doc, deadlineMs, idempotent, input, output, failures } = endpoint;
  out(`${styles.bold(`${service}.${name}`)}   ${doc}`);
  out(`deadline ${duration(deadlineMs)}, ${idempotent ? 'may be repeated' : 'must not be repeated'}`);
  for (const [title, schema] of [
    ['takes', input],
    ['gives', output],
  ] as const) {
    out('');
    const rows = fieldRows(schema);
    if (rows.length > 0)
      printTable(surroundings, [{ title: title.toUpperCase() }, { title: 'TYPE' }, { title: '', yields: true }], rows);
    else out(`${title}: ${typeOf(schema)}`);
  }
  if (Object.keys(failures).length > 0) out(`\ndeclared failures: ${Object.keys(failures).join(', ')}`);
  out('');
  out(`npx seedcore call ${service} ${name} '${JSON.stringify(schemaExample(input)).replaceAll("'", '\\u0027')}'`);
}

/** A row per field: name (with `?` when it may be left out), type, description. */
export function fieldRows(schema: unknown): string[][] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(schema['properties']).map(([name, field]) => {
    const fallback = isRecord(field) && 'default' in field ? `default ${JSON.stringify(field['default'])}` : '';
    const described = isRecord(field) && typeof field['description'] === 'string' ? field['description'] : '';
    return [
      required.includes(name) ? name : `${name}?`,
      typeOf(field),
      [described, fallback].filter((part) => part !== '').join('; '),
    ];
  });
}

/** The type of a field in a word or two. */
export function typeOf(schema: unknown): string {
  if (!isRecord(schema)) return 'any';
  if (Array.isArray(schema['enum'])) return schema['enum'].join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  const options = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  if (options) return [...new Set(options.map(typeOf))].join(' | ');
  if (schema['type'] === 'array') return listOf(typeOf(schema['items']));
  if (Array.isArray(schema['type'])) return schema['type'].join(' | ');
  return typeof schema['type'] === 'string' ? schema['type'] : 'any';
}

function listOf(item: string): string {
  return item.includes(' ') ? `(${item})[]` : `${item}[]`;
}
