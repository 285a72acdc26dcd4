import { median } from '../rpc/ratio.ts';
import type { Cost } from './run-in-process.ts';

/** Targets per call, beyond what the bare function costs. */
const MOST_NS = 1_000;
const MOST_BYTES = 400;
/** How many times as much cockatiel costs at least. */
const LEAST_FACTOR = 8;

/** What one subject costs beyond the bare function. */
export type PolicyRow = {
  readonly name: string;
  readonly cpuNs: number;
  readonly bytes: number;
  /** What is asked of it, and whether it is so. */
  readonly judged: readonly { readonly target: string; readonly kept: boolean }[];
};

/** The rows of the table: medians over the rounds, each less the bare function's of the same round. */
export function policyRows(costs: ReadonlyMap<string, readonly Cost[]>, judge: boolean): readonly PolicyRow[] {
  const bare = costs.get('bare') ?? [];
  const extra = (name: string, of: (cost: Cost) => number) =>
    median((costs.get(name) ?? []).map((cost, round) => of(cost) - of(bare[round] ?? { cpuNs: 0, bytes: 0 })));
  const rows = [...costs.keys()]
    .filter((name) => name !== 'bare')
    .map((name) => ({ name, cpuNs: extra(name, ({ cpuNs }) => cpuNs), bytes: extra(name, ({ bytes }) => bytes) }));
  const peer = rows.find(({ name }) => name === 'cockatiel');
  return rows.map((row) => ({ ...row, judged: judge ? judged(row, peer) : [] }));
}

type Extra = { readonly name: string; readonly cpuNs: number; readonly bytes: number };

function judged(row: Extra, peer: Extra | undefined): PolicyRow['judged'] {
  if (row === peer) return [];
  const own = [
    { target: `≤ ${MOST_NS} ns`, kept: row.cpuNs <= MOST_NS },
    { target: `≤ ${MOST_BYTES} bytes`, kept: row.bytes <= MOST_BYTES },
  ];
  // cockatiel knows no instances, so only what does the same is compared.
  if (peer === undefined || row.name !== 'policies') return own;
  return [...own, { target: `cockatiel ≥ ${LEAST_FACTOR} ×`, kept: peer.cpuNs >= LEAST_FACTOR * row.cpuNs }];
}

/** The table people read. */
export function policyCells(rows: readonly PolicyRow[]): readonly (readonly string[])[] {
  const targets = ({ judged }: PolicyRow) =>
    judged.map(({ target, kept }) => `${target} ${kept ? 'ok' : 'MISSED'}`).join(', ') || '-';
  return [
    ['around an async function', 'CPU ns per call', 'bytes per call', 'target'],
    ...rows.map((row) => [row.name, row.cpuNs.toFixed(0), row.bytes.toFixed(0), targets(row)]),
  ];
}
