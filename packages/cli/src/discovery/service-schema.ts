import { isRecord, nearest } from '@seedcore/protocol';
import { CommandError, exitCodes } from '../exit-code.ts';

/** One endpoint, as the `schema` endpoint of its service describes it. */
export interface EndpointSchema {
  readonly name: string;
  readonly doc: string;
  readonly subject: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly failures: Readonly<Record<string, unknown>>;
  readonly idempotent: boolean;
  readonly deadlineMs: number;
}

/** A service, as it describes itself. */
export interface ServiceSchema {
  readonly service: string;
  readonly version: string;
  readonly contract: string;
  readonly endpoints: readonly EndpointSchema[];
  /** Subject, sentence and kind of each event; the kind is empty where the service is too old to say. */
  readonly events: readonly {
    readonly name: string;
    readonly subject: string;
    readonly doc: string;
    readonly kind: string;
  }[];
}

/** Endpoints every service has beside those of its contract. */
export const builtinNames = ['help', 'schema', 'health', 'info'] as const;

/** Reads the answer of a `schema` endpoint; what is not described as expected is left out. */
export function readServiceSchema(value: Readonly<Record<string, unknown>>): ServiceSchema {
  const endpoints = isRecord(value['endpoints']) ? value['endpoints'] : {};
  const events = isRecord(value['events']) ? value['events'] : {};
  return {
    service: text(value['service']),
    version: text(value['version']),
    contract: text(value['contract']),
    endpoints: Object.entries(endpoints).flatMap(([name, one]) => (isRecord(one) ? [readEndpoint(name, one)] : [])),
    events: Object.entries(events).flatMap(([name, one]) =>
      isRecord(one) ? [{ name, subject: text(one['subject']), doc: text(one['doc']), kind: text(one['kind']) }] : [],
    ),
  };
}

function readEndpoint(name: string, one: Record<string, unknown>): EndpointSchema {
  return {
    name,
    doc: text(one['doc']),
    subject: text(one['subject']),
    input: one['input'],
    output: one['output'],
    failures: isRecord(one['failures']) ? one['failures'] : {},
    idempotent: one['idempotent'] === true,
    deadlineMs: typeof one['deadline_ms'] === 'number' ? one['deadline_ms'] : 5000,
  };
}

/**
 * Finds one name among the known ones.
 *
 * @param what begins the refusal, as `there is no service`
 * @throws CommandError naming what was probably meant, else everything that is known
 */
export function known(what: string, name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const meant = nearest(name, names);
  const hint = meant === undefined ? `known: ${names.join(', ') || 'none'}` : `did you mean "${meant}"?`;
  throw new CommandError(`${what} "${name}"; ${hint}`, exitCodes.usage);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
