import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FilledReplica } from '@seedcore/service-state/testing';
import { aligned } from '../rpc/report.ts';

const usage = `npx node test/bench/state/main-memory.ts [--quick] [--seed N]
  --quick  few of everything, sizes not judged: shows that everything runs
Exits with 1 when a bound is broken.`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20261122' },
    help: { type: 'boolean', default: false },
  },
});

const MEBIBYTE = 1_048_576;
const MOST_HEAP = 1024;
/** Memories that are searchable, as the README of state has it. */
const SEARCHABLE = 50_000;
/** Searches for words that only one of the memories held has. */
const SEARCHES = 200;

/** What is offered, and the limits of what is kept. */
const { memories, agents, keys, rounds, limits } = options.quick
  ? { memories: 4000, agents: 200, keys: 1000, rounds: 4, limits: { perAgent: 300, total: 1500 } }
  : { memories: 1_000_000, agents: 20_000, keys: 100_000, rounds: 25, limits: { perAgent: 5000, total: 200_000 } };

type Line = { readonly name: string; readonly figure: string; readonly target?: string; readonly isMet?: boolean };

/** Mebibytes in use once the garbage is collected: on the heap, and the numbers of vectors outside of it. */
function inUse(): { readonly heap: number; readonly outside: number } {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed / MEBIBYTE, outside: arrayBuffers / MEBIBYTE };
}

/** Offers everything; the most that was in use after any of the rounds, and what was wrong with evictions. */
async function fill(replica: FilledReplica) {
  let most = { heap: 0, outside: 0 };
  const faults: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    faults.push(...(await replica.offer(memories / rounds)));
    if (round % Math.ceil(rounds / 5) !== 0) continue;
    const now = inUse();
    most = { heap: Math.max(most.heap, now.heap), outside: Math.max(most.outside, now.outside) };
  }
  return { most, faults };
}

/** Of memories drawn from all that are held, how many a search finds though they are not among those worth most, or does not though they are. */
function wronglySearched(replica: FilledReplica): number {
  const held = [...replica.views.memories.memories()];
  const best = replica.mostWorth(SEARCHABLE);
  const drawn = Array.from({ length: SEARCHES }, (_, i) => held[Math.floor((i * held.length) / SEARCHES)]);
  return drawn.filter((one) => one !== undefined && replica.finds(one.item.text) !== best.has(one.item.text)).length;
}

const mib = (size: number): string => `${size.toFixed(0)} MiB`;

async function lines(): Promise<readonly Line[]> {
  const bare = inUse();
  const replica = new FilledReplica({ agents, limits, seed: Number(options.seed) });
  replica.register();
  const registered = inUse();
  replica.cache(keys);
  const cached = inUse();
  const { most, faults } = await fill(replica);
  const end = inUse();
  const { memories: shelf } = replica.views;
  const held = { longTerm: shelf.total('long_term'), flashbulbs: shelf.total('flashbulb') };
  const unheld = shelf.withheld.size;
  const wrong = wronglySearched(replica);
  const coverage = Math.min(SEARCHABLE, shelf.size) / (shelf.size + unheld);
  const judged = (isMet: boolean, target: string) => (options.quick ? {} : { isMet, target });
  const perMemory = ((end.heap + end.outside - cached.heap - cached.outside) * MEBIBYTE) / shelf.size;
  return [
    { name: `heap with ${agents} agents`, figure: mib(registered.heap - bare.heap) },
    { name: `heap with ${keys} keys`, figure: mib(cached.heap - registered.heap) },
    { name: `heap with ${memories} memories offered`, figure: mib(end.heap - cached.heap) },
    { name: 'vectors outside of the heap', figure: mib(end.outside) },
    { name: 'bytes for each memory held, all told', figure: perMemory.toFixed(0) },
    { name: 'heap in all, most', figure: mib(most.heap), ...judged(most.heap < MOST_HEAP, `< ${MOST_HEAP} MiB`) },
    {
      name: 'heap and vectors, most',
      figure: mib(most.heap + most.outside),
      ...judged(most.heap + most.outside < MOST_HEAP, `< ${MOST_HEAP} MiB`),
    },
    {
      name: 'long term',
      figure: `${held.longTerm}`,
      isMet: held.longTerm <= limits.total,
      target: `≤ ${limits.total}`,
    },
    { name: 'evicted', figure: `${replica.figures.evicted}` },
    { name: 'evicted against their worth', figure: `${faults.length}`, isMet: faults.length === 0, target: '0' },
    {
      name: 'flashbulbs held, and known by key',
      figure: `${held.flashbulbs}, ${unheld}`,
      isMet: held.flashbulbs + unheld === replica.flashbulbs,
      target: `${replica.flashbulbs} together`,
    },
    {
      name: 'coverage told',
      figure: replica.coverage().toFixed(6),
      isMet: Math.abs(replica.coverage() - coverage) < 1e-9,
      target: coverage.toFixed(6),
    },
    { name: `wrong of ${SEARCHES} searches`, figure: `${wrong}`, isMet: wrong === 0, target: '0' },
  ];
}

async function bench(): Promise<number> {
  const all = await lines();
  const cells = all.map(({ name, figure, target = '', isMet = true }) => [name, figure, target, isMet ? '' : 'missed']);
  console.log(aligned([[`seed ${options.seed}`, 'figure', 'target', ''], ...cells]).join('\n'));
  return all.every(({ isMet = true }) => isMet) ? 0 : 1;
}

if (options.help) console.log(usage);
else process.exitCode = await bench();
