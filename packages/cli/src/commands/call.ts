import type { Mesh } from '@seedcore/mesh';
import { isRecord } from '@seedcore/protocol';
import { type Misfit, misfits } from '../discovery/json-schema-check.ts';
import { type RawError, type RawReply, rawRequest } from '../discovery/raw-request.ts';
import { builtinNames } from '../discovery/service-schema.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printValue } from '../output/print.ts';
import { recordedRequest } from '../records/recorded-request.ts';
import { whyHint } from '../records/why-hint.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { endpointOf, schemaOf } from './info.ts';

/** What is called, and with what. */
export interface CallRequest {
  readonly service: string;
  readonly endpoint: string;
  readonly input: unknown;
  readonly timeoutMs?: number | undefined;
  /** The only instance that will do. */
  readonly instance?: string | undefined;
}

/** Calls one endpoint; the input is checked against the description the service gives of itself before it is sent. */
export async function call(
  request: CallRequest,
  { options, surroundings, mesh }: { options: GlobalOptions; surroundings: Surroundings; mesh: Mesh },
): Promise<ExitCode> {
  const reply = await ask(mesh, request);
  if (!reply.ok)
    throw new CommandError(errorText(`${request.service}.${request.endpoint}`, reply.error), exitCodeOf(reply.error));
  const mark = degradedMark(reply.value);
  if (mark !== undefined) surroundings.note(`degraded: ${mark}`);
  if (options.json) printJson(surroundings, reply.value);
  else printValue(surroundings, reply.value);
  return exitCodes.ok;
}

async function ask(mesh: Mesh, { service, endpoint, input, timeoutMs, instance }: CallRequest): Promise<RawReply> {
  const schema = await schemaOf(mesh, service);
  const target = `${service}.${endpoint}`;
  if (builtinNames.some((name) => name === endpoint)) {
    const subject = mesh.subjects.endpoint(schema.service, endpoint);
    return rawRequest(mesh, { target, subject, input, timeoutMs: timeoutMs ?? 2000 });
  }
  const described = endpointOf(schema, endpoint);
  const wrong = misfits(described.input, input);
  if (wrong.length > 0) throw new CommandError(misfitText(target, wrong), exitCodes.usage);
  const subject = instance === undefined ? described.subject : mesh.subjects.instance(service, instance, endpoint);
  return recordedRequest(mesh, { target, subject, input, timeoutMs: timeoutMs ?? described.deadlineMs, instance });
}

const shownMisfits = 5;

/** Everything wrong with an input, one line each, and where to read what is right. */
export function misfitText(target: string, wrong: readonly Misfit[]): string {
  const lines = wrong.slice(0, shownMisfits).map(({ at, why }) => `  ${at || '/'} ${why}`);
  const [service, endpoint] = target.split('.');
  return [
    `${target} does not take this (nothing was sent):`,
    ...lines,
    `see: seedcore info ${service} ${endpoint}`,
  ].join('\n');
}

/** An error for people: code, message, details, trace. */
export function errorText(target: string, { code, status, message, details, trace_id }: RawError): string {
  const more = details === undefined ? '' : `\n  ${JSON.stringify(details)}`;
  const trace = trace_id === undefined ? '' : `\n${whyHint(trace_id)}`;
  return `${target}: ${code} (${status}): ${message}${more}${trace}`;
}

function exitCodeOf({ status }: RawError): ExitCode {
  if (status === 400) return exitCodes.usage;
  return status === 503 ? exitCodes.unreachable : exitCodes.failed;
}

/** The mark of an answer that is not live, in words. */
export function degradedMark(value: unknown): string | undefined {
  const mark = isRecord(value) ? value['degraded'] : undefined;
  return isRecord(mark) ? `${String(mark['reason'])} (${String(mark['source'])})` : undefined;
}
