import { median } from '../rpc/ratio.ts';
import type { Cost, Subject } from './run-in-process.ts';

/** Targets per call of the policies by themselves. */
const MOST_NS = 1_000;
const MOST_BYTES = 400;
/** How many times as much cockatiel costs at least, around the same function. */
const LEAST_FACTOR = 8;

/** What one subject costs beyond what it is counted against. */
export type PolicyRow = {
  readonly name: string;
  readonly beyond: string;
  readonly cpuNs: number;
  readonly bytes: number;
  /** What is asked of it, and whether it is so. */
  readonly judged: readonly { readonly target: string; readonly kept: boolean }[];
};
type Extra = Omit<PolicyRow, 'judged'>;

/** What the table is made of. */
export type Measured = {
  readonly subjects: readonly Pick<Subject, 'name' | 'beyond'>[];
  readonly costs: ReadonlyMap<string, readonly Cost[]>;
};

/** The rows of the table: medians over the rounds, each less what the other cost in the same round. */
export function policyRows({ subjects, costs }: Measured, judge: boolean): readonly PolicyRow[] {
  const rows = subjects.flatMap(({ name, beyond }) => (beyond === undefined ? [] : [extra(name, beyond, costs)]));
  const peer = rows.find(({ name }) => name === 'cockatiel');
  return rows.map((row) => ({ ...row, judged: judge ? judged(row, peer) : [] }));
}

function extra(name: string, beyond: string, costs: Measured['costs']): Extra {
  const base = costs.get(beyond) ?? [];
  const more = (of: (cost: Cost) => number) =>
    median((costs.get(name) ?? []).map((cost, round) => of(cost) - of(base[round] ?? { cpuNs: 0, bytes: 0 })));
  return { name, beyond, cpuNs: more(({ cpuNs }) => cpuNs), bytes: more(({ bytes }) => bytes) };
}

/** The policies by themselves have a price; around a function they are compared with others that wrap one. */
function judged(row: Extra, peer: Extra | undefined): PolicyRow['judged'] {
  if (row.name.startsWith('policies'))
    return [
      { target: `≤ ${MOST_NS} ns`, kept: row.cpuNs <= MOST_NS },
      { target: `≤ ${MOST_BYTES} bytes`, kept: row.bytes <= MOST_BYTES },
    ];
  if (peer === undefined || row === peer) return [];
  return [{ target: `cockatiel ≥ ${LEAST_FACTOR} ×`, kept: peer.cpuNs >= LEAST_FACTOR * row.cpuNs }];
}

/** The table people read. */
export function policyCells(rows: readonly PolicyRow[]): readonly (readonly string[])[] {
  const targets = ({ judged }: PolicyRow) =>
    judged.map(({ target, kept }) => `${target} ${kept ? 'ok' : 'MISSED'}`).join(', ') || '-';
  return [
    ['per call', 'beyond', 'CPU ns', 'bytes', 'target'],
    ...rows.map((row) => [row.name, row.beyond, row.cpuNs.toFixed(0), row.bytes.toFixed(0), targets(row)]),
  ];
}
