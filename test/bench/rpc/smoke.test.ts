import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root, run } from '../../support/program.ts';
import { quickPlan } from './plan.ts';
import type { Row } from './report.ts';
import { measures } from './targets.ts';

/** Longest time of a run on a busy machine, in ms; it only ends a hang. */
const PATIENCE_MS = 300_000;

test(
  'mesh.A27: a quick run measures every pair under every load, and judges none',
  async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['test/bench/rpc/main.ts', '--quick', '--json']);
    expect(code, stderr).toBe(0);
    const rows: readonly Row[] = JSON.parse(stdout);
    const told = (inFlight: number, payload: string, ...pairs: readonly string[]) =>
      pairs.map((pair) => `${inFlight} ${payload} ${pair}`);
    const same = ['mesh JSON : raw JSON', 'mesh MessagePack : raw msgpackr'];
    const across = 'mesh MessagePack : raw JSON';
    const small = ['mesh JSON : lean JSON', across, 'plain JSON : plain MessagePack', 'mesh traced : mesh MessagePack'];
    expect(rows.map(({ cell, ours, theirs }) => `${cell.inFlight} ${cell.payload} ${ours} : ${theirs}`)).toEqual(
      quickPlan.cells.flatMap(({ inFlight, payload }) =>
        told(inFlight, payload, ...same, ...(payload === '300 B' ? small : [across])),
      ),
    );
    for (const { ratios, rates, judged } of rows) {
      expect(judged).toEqual([]);
      for (const rate of rates) expect(rate).toBeGreaterThan(0);
      for (const measure of measures) expect(ratios[measure].median, measure).toEqual(expect.any(Number));
    }
  },
  PATIENCE_MS,
);

/** The commands a document shows. */
const commandsOf = (document: string): readonly string[] =>
  [...readFileSync(`${root}${document}`, 'utf8').matchAll(/^npx (node .*)$/gm)].map(([, line = '']) => line);

test.each(['test/bench/README.md', 'examples/drill/README.md'].flatMap(commandsOf))(
  '%s is understood',
  async (line) => {
    const { code, stdout } = await run(process.execPath, [...line.split(' ').slice(1), '--help']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(line.split(' ').slice(0, 2).join(' '))]);
  },
);
