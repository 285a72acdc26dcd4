import { existsSync } from 'node:fs';
import { startBroker } from '../../support/test-mesh.ts';
import { benchOptions } from '../bench-options.ts';
import { type Contender, ownContenders, peerContenders, tracedContender } from './contenders.ts';
import { payloadNames } from './payloads.ts';
import { type Cell, fullPlan, type Plan, quickPlan } from './plan.ts';
import { missed, reportLines, rowsOf } from './report.ts';
import { runBench } from './run-bench.ts';
import { startSpanSink } from './span-sink.ts';

const usage = `npx node test/bench/rpc/main.ts [--quick] [--peers] [--cells 32:300,256:300] [--json] [--cpu-prof DIR]
  --quick     short slices, few loads, nothing judged: shows that everything runs
  --peers     also Moleculer, NestJS and HTTP, once installed by: npm install --prefix test/bench/peers
  --cells     only these loads: calls in flight : payload (0, 300 or 16 for 16 KiB)
  --json      the rows as one line of JSON instead of the table
  --cpu-prof  a CPU profile of every process into that folder
Exits with 1 when a target is missed.`;

const options = benchOptions();

/** Reads `32:300,1:0`. */
function cellsIn(text: string): readonly Cell[] {
  return text.split(',').map((word) => {
    const [inFlight = '', size = ''] = word.split(':');
    const payload = payloadNames.find((name) => name.startsWith(`${size} `));
    if (payload === undefined || !/^[1-9]\d{0,3}$/.test(inFlight)) throw new RangeError(`--cells ${word}\n${usage}`);
    return { payload, inFlight: Number(inFlight) };
  });
}

function contenders(collector: string): readonly Contender[] {
  const own = [...ownContenders, tracedContender(collector)];
  if (!options.peers) return own;
  if (!existsSync(new URL('../peers/node_modules/moleculer', import.meta.url)))
    throw new Error('the peers are not installed: npm install --prefix test/bench/peers');
  return [...own, ...peerContenders];
}

async function bench(): Promise<number> {
  const base = options.quick ? quickPlan : fullPlan;
  const plan: Plan = options.cells === undefined ? base : { ...base, cells: cellsIn(options.cells) };
  const prof = options['cpu-prof'];
  const nodeArgs = prof === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${prof}`];
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const collector = await startSpanSink();
  const all = contenders(collector.url);
  const broker = await startBroker();
  try {
    const rows = rowsOf(await runBench(plan, { broker, contenders: all, nodeArgs, note }), !options.quick);
    console.log(options.json ? JSON.stringify(rows) : reportLines(rows).join('\n'));
    const misses = missed(rows);
    for (const line of misses) note(`MISSED ${line}`);
    return misses.length === 0 ? 0 : 1;
  } finally {
    await broker.stop();
    collector.stop();
  }
}

if (options.help) console.log(usage);
else process.exitCode = await bench();
