import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { findRecord } from '../records/find-records.ts';
import { endingOf } from '../records/record-story.ts';
import { call } from './call.ts';
import { endpointOf, schemaOf } from './info.ts';
import type { TaskTools } from './task-tools.ts';

/** What is asked once more, and perhaps at which instance. */
export interface ReplayRequest {
  readonly id: string;
  readonly instance?: string | undefined;
}

/** Asks a recorded call's question once more, where asking twice does no harm and the question was kept. */
export async function replay({ id, instance }: ReplayRequest, tools: TaskTools): Promise<ExitCode> {
  const { mesh, surroundings } = tools;
  const record = await findRecord(mesh, id);
  const [service = '', endpoint = ''] = record.target.split('.');
  if (record.input === undefined)
    throw new CommandError(
      `the input of ${record.call} was not kept: something ${record.target} takes is sensitive, or it did not fit, or is larger than 16 KiB`,
    );
  if (!endpointOf(await schemaOf(mesh, service), endpoint).idempotent)
    throw new CommandError(`${record.target} must not be repeated: it is not idempotent; nothing was sent`);
  surroundings.note(`asking ${record.target} once more what ${record.call} asked; it ${endingOf(record.outcome)}`);
  return call({ service, endpoint, input: record.input, instance }, tools);
}

/** Prints a recorded call as a case for a test. */
export async function recordCase(id: string, { mesh, options, surroundings }: TaskTools): Promise<ExitCode> {
  const record = await findRecord(mesh, id);
  surroundings.out(JSON.stringify(record, undefined, options.json ? undefined : 2));
  return exitCodes.ok;
}
