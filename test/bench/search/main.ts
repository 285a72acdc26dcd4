import { parseArgs } from 'node:util';
import { aligned } from '../rpc/report.ts';
import { filledIndex, queriesOf } from './filled-index.ts';

const usage = `npx node test/bench/search/main.ts [--quick]
  --quick  few documents, nothing judged: shows that everything runs
Exits with 1 when the target is missed.`;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

/** Documents searched, and how many times longer the larger search may take. */
const [FEW, MANY, MOST_RATIO] = options.quick
  ? ([50, 500, Number.POSITIVE_INFINITY] as const)
  : ([5000, 50_000, 12] as const);
/** Searches in a row that are taken as one measurement, and how many of these there are. */
const [SEARCHES, ROUNDS] = options.quick ? ([4, 2] as const) : ([20, 7] as const);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Milliseconds of this process that a hybrid search takes among `documents`, by the median of the rounds. */
function cost(documents: number): number {
  const index = filledIndex(documents);
  const queries = queriesOf(SEARCHES);
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const before = process.cpuUsage();
    for (const query of queries) index.search({ ...query, k: 10, lambda: 0.7 });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / SEARCHES;
  });
  return median(rounds.slice(1));
}

function bench(): number {
  const [few, many] = [cost(FEW), cost(MANY)];
  const ratio = many / few;
  const cells = [
    ['hybrid search', 'CPU ms', 'target'],
    [`${FEW} documents`, few.toFixed(2), ''],
    [`${MANY} documents`, many.toFixed(2), ''],
    ['ratio', ratio.toFixed(2), options.quick ? '' : `≤ ${MOST_RATIO}`],
  ];
  console.log(aligned(cells).join('\n'));
  return ratio <= MOST_RATIO ? 0 : 1;
}

if (options.help) console.log(usage);
else process.exitCode = bench();
