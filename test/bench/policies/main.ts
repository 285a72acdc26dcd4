import { parseArgs } from 'node:util';
import { aligned } from '../rpc/report.ts';
import { cockatiel } from './cockatiel.ts';
import { policyCells, policyRows } from './judge.ts';
import { fullInProcess, measureInProcess, quickInProcess } from './run-in-process.ts';
import { ownSubjects } from './subjects.ts';

const usage = `npx node test/bench/policies/main.ts [--quick] [--json]
  --quick  few calls, nothing judged: shows that everything runs
  --json   the rows as one line of JSON instead of the table
With cockatiel beside them, once installed by: npm install --prefix test/bench/peers
Exits with 1 when a target is missed.`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function bench(): Promise<number> {
  const peer = await cockatiel();
  const subjects = [...ownSubjects, ...(peer === undefined ? [] : [peer])];
  const costs = await measureInProcess(subjects, options.quick ? quickInProcess : fullInProcess);
  const rows = policyRows({ subjects, costs }, !options.quick);
  console.log(options.json ? JSON.stringify(rows) : aligned(policyCells(rows)).join('\n'));
  return rows.every(({ judged }) => judged.every(({ kept }) => kept)) ? 0 : 1;
}

if (options.help) console.log(usage);
else process.exitCode = await bench();
