import type { CallRecord, Mesh } from '@seedcore/mesh';
import { isUlid } from '@seedcore/protocol';
import { CommandError, exitCodes } from '../exit-code.ts';

const isTraceId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/**
 * The records of a call or of a trace.
 *
 * @throws CommandError when the id is neither, or nothing was recorded
 */
export async function findRecords(mesh: Mesh, given: string): Promise<readonly CallRecord[]> {
  const id = given.toLowerCase();
  if (!isUlid(id) && !isTraceId(id))
    throw new CommandError(
      `"${given.slice(0, 64)}" is neither a call id (26 characters) nor a trace id (32 hexadecimal digits)`,
      exitCodes.usage,
    );
  const found = await mesh.records.find(id);
  if (found.length > 0) return found;
  throw new CommandError(nothingText(mesh, id));
}

/** The record of one call. @throws CommandError naming the calls when a trace has several */
export async function findRecord(mesh: Mesh, given: string): Promise<CallRecord> {
  const found = await findRecords(mesh, given);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const calls = found.map(({ call, target, outcome }) => `  ${call}  ${target}: ${outcome}`);
  throw new CommandError(
    [`this trace has ${found.length} recorded calls; name one:`, ...calls].join('\n'),
    exitCodes.usage,
  );
}

function nothingText(mesh: Mesh, id: string): string {
  const kept =
    mesh.broker?.apiLevel === undefined
      ? 'this broker has no JetStream, so each process keeps its own records and nobody else can read them'
      : 'kept for a day are calls that failed or were answered degraded, 50 a second per process, and one in a hundred of the rest';
  return [
    `no record of ${id} in namespace ${mesh.ns}`,
    `  ${kept}`,
    `  what a service itself refused or failed is in its log, with this id; a mesh started here keeps them in .seedcore/logs`,
  ].join('\n');
}
