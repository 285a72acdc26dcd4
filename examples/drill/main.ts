import { parseArgs } from 'node:util';
import { runDrill } from './run-drill.ts';
import { drillLines } from './table.ts';

const usage = `npx node examples/drill/main.ts [--seconds 4] [--rate 150] [--deadline 1] [--seed 1]
Four instances of one service: one four times as slow, one failing half of its calls, one killed and restarted in the
middle. The same calls with one policy switched on after the other; one table.
  --seconds  of each phase
  --rate     calls per second
  --deadline seconds a call may take, from the phase that brings a deadline
  --seed     of the failing half`;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rate: { type: 'string', default: '150' },
    deadline: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

/** Reads a number of an option. @throws RangeError naming the option and its range */
function within(name: 'seconds' | 'rate' | 'deadline' | 'seed', least: number, most: number): number {
  const value = Number(options[name]);
  if (value >= least && value <= most) return value;
  throw new RangeError(`--${name} ${options[name]}: must be a number from ${least} to ${most}`);
}

if (options.help) console.log(usage);
else {
  const rows = await runDrill({
    load: { phaseMs: 1_000 * within('seconds', 0.1, 60), perSecond: within('rate', 1, 2_000) },
    deadlineMs: 1_000 * within('deadline', 0.1, 60),
    seed: within('seed', 0, 1_000_000),
    env: process.env,
    note: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(drillLines(rows).join('\n'));
}
