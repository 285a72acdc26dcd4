import { ANSWERED } from '@seedcore/mesh';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson } from '../output/print.ts';
import { findRecords } from '../records/find-records.ts';
import { recordStory } from '../records/record-story.ts';
import type { TaskTools } from './task-tools.ts';

/** Tells why a call, or every recorded call of a trace, went as it did. */
export async function why(id: string, { mesh, options, surroundings }: TaskTools): Promise<ExitCode> {
  const records = await findRecords(mesh, id);
  const { out, styles } = surroundings;
  if (options.json) {
    printJson(surroundings, records);
    return exitCodes.ok;
  }
  for (const [i, record] of records.entries()) {
    const [head = '', ...rest] = recordStory(record);
    if (i > 0) out('');
    out(styles.bold(head));
    for (const line of rest) out(line);
  }
  const again = records.find(({ input, outcome }) => input !== undefined && outcome !== ANSWERED);
  if (again !== undefined) {
    out('');
    out(`npx seedcore replay ${again.call}`);
  }
  return exitCodes.ok;
}
