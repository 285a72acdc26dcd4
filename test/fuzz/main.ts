import { parseArgs } from 'node:util';
import { aligned } from '../bench/rpc/report.ts';
import { decoders } from './decoders.ts';
import { type Fuzzed, fuzz } from './fuzz.ts';
import { machines } from './machines.ts';
import { parsers } from './parsers.ts';

const usage = `npx node test/fuzz/main.ts [--runs 1000000] [--seed 1]
  --runs  inputs in all, shared among decoders, parsers and machines
  --seed  draws other inputs
Exits with 1 after a crash, an acceptance that cannot be explained, or an input that costs more than 50 ms of CPU.`;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const subjects = [...decoders, ...parsers, ...machines];

function fuzzAll(): number {
  const [runs, seed] = [Number(options.runs), Number(options.seed)];
  if (!(runs >= subjects.length && runs <= 1e9) || !Number.isSafeInteger(seed)) throw new RangeError(usage);
  const each = Math.ceil(runs / subjects.length);
  const all = subjects.map((one) => fuzz(one, each, seed));
  console.log(aligned([HEAD, ...all.map(cells)]).join('\n'));
  for (const { name, failures } of all)
    for (const failure of failures.filter((text) => text !== '')) console.log(`${name}, ${failure}`);
  return all.every(({ failures, hangs }) => failures.length + hangs === 0) ? 0 : 1;
}

const HEAD = ['subject', 'inputs', 'taken', 'slowest, CPU ms', 'hangs', 'failures'];

const cells = ({ name, inputs, taken, slowestMs, hangs, failures }: Fuzzed): readonly string[] => [
  ...[name, String(inputs), String(taken), slowestMs.toFixed(1), String(hangs), String(failures.length)],
];

if (options.help) console.log(usage);
else process.exitCode = fuzzAll();
