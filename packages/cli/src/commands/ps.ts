import { commandLine } from '@seedcore/nats-dev';
import { dataFolder, readState } from '../data-folder.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import { duration, megabytes } from '../output/quantity.ts';
import { residentBytes } from '../supervisor/memory.ts';
import { isAlive, type ProcessLine } from '../supervisor/state-file.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Shows the processes of the mesh of this machine: number, state, restarts, uptime, memory. */
export function ps(options: GlobalOptions, surroundings: Surroundings): ExitCode {
  const folder = dataFolder(options.data, surroundings.env);
  const state = readState(folder);
  const rows = (state ? [state.supervisor, ...state.processes] : []).map((line) => described(line, surroundings));
  if (options.json) {
    printJson(surroundings, rows);
    return exitCodes.ok;
  }
  if (!state) {
    surroundings.out(`No mesh runs in ${folder}. Start one: npm start, or npx seedcore up`);
    return exitCodes.ok;
  }
  const right = 'right' as const;
  const columns = [
    { title: 'NAME' },
    { title: 'PID', align: right },
    { title: 'STATE' },
    { title: 'RESTARTS', align: right },
    { title: 'UPTIME', align: right },
    { title: 'MEMORY', align: right },
  ];
  printTable(
    surroundings,
    columns,
    rows.map(({ name, pid, state: now, restarts, uptime_ms, rss_bytes }) => [
      name,
      String(pid),
      now,
      String(restarts),
      uptime_ms === undefined ? '–' : duration(uptime_ms),
      rss_bytes === undefined ? '–' : megabytes(rss_bytes),
    ]),
  );
  return exitCodes.ok;
}

/** A line of the state file, corrected by what is true now. */
function described(line: ProcessLine, { clock }: Surroundings) {
  const { name, pid, state, restarts, startedAt } = line;
  if (!isAlive(line, commandLine)) return { name, pid, state: state === 'stopped' ? state : 'gone', restarts };
  return { name, pid, state, restarts, uptime_ms: clock.wallMs() - startedAt, rss_bytes: residentBytes(pid) };
}
