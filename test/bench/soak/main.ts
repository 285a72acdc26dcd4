import { parseArgs } from 'node:util';
import { startBroker } from '../../support/test-mesh.ts';
import { aligned } from '../rpc/report.ts';
import { soakCells, soakRows } from './judge.ts';
import { runSoak, type SoakPlan } from './run-soak.ts';

const usage = `npx node test/bench/soak/main.ts [--minutes 10] [--rate 1000] [--quick] [--json]
  --minutes  how long in all, at least 2; the first minute warms up
  --rate     calls a second
  --quick    seconds instead of minutes: shows that everything runs
  --json     the rows and how calls ended as one line of JSON instead of the table
Exits with 1 when something grew beyond its bound.`;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const MINUTE_MS = 60_000;
const quickPlan: SoakPlan = { totalMs: 9_000, firstMs: 5_000, rate: 50, faultEveryMs: 1_500, settleMs: 3_000 };

function planOf({ minutes, rate }: { readonly minutes: string; readonly rate: string }): SoakPlan {
  const [long, often] = [Number(minutes), Number(rate)];
  if (!(long >= 2 && long <= 1_440) || !(often >= 1 && often <= 10_000)) throw new RangeError(usage);
  // The window of every policy, and the life of every figure of presence, is over when it is counted.
  return { totalMs: long * MINUTE_MS, firstMs: MINUTE_MS, rate: often, faultEveryMs: 10_000, settleMs: 20_000 };
}

async function soak(): Promise<number> {
  const plan = options.quick ? quickPlan : planOf(options);
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const broker = await startBroker();
  try {
    const { compared, ends } = await runSoak(plan, { broker, note });
    const rows = soakRows(compared);
    if (options.json) console.log(JSON.stringify({ rows, ends }));
    else console.log([...aligned(soakCells(rows)), `calls: ${JSON.stringify(ends)}`].join('\n'));
    return options.quick || rows.every(({ kept }) => kept) ? 0 : 1;
  } finally {
    await broker.stop();
  }
}

if (options.help) console.log(usage);
else process.exitCode = await soak();
