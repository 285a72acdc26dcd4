import { state } from '@seedcore/contracts';
import type { BusMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { expect } from 'vitest';
import { until } from '../support/until.ts';

/** One request in so many is sent once more, though it was answered: five of a hundred. */
const REPEATED = 20;
/** Longest wait for one answer, in ms: a change of leader lies between. */
const PATIENCE_MS = 240_000;

/** How many write, how often each, and what happens in the middle. */
export type Advances = {
  readonly writers: number;
  readonly each: number;
  readonly inTheMiddle: () => Promise<unknown>;
};

/**
 * Begins a project and has many advance it; each asks under one name until it has an answer. Ends when the belief shows
 * that each request was counted once, that no other turn was, and that the turns that are kept are in order.
 */
export async function countAdvances(mesh: BusMesh, { writers, each, inTheMiddle }: Advances): Promise<void> {
  const client = mesh.client(state);
  const project_id = 'p1';
  const answered = <T>(what: string, ask: () => Promise<{ ok: true; value: T } | { ok: false }>): Promise<T> =>
    until(
      `the answer to ${what}`,
      async () => {
        try {
          const answer = await ask();
          return answer.ok ? answer.value : undefined; // contended: others were quicker all the time
        } catch (error) {
          if (error instanceof MeshError) return undefined; // perhaps counted
          throw error;
        }
      },
      PATIENCE_MS,
    );
  const begun = { project_id, constraints: {}, expected_revision: 0, request_id: 'r-0' };
  await answered('the beginning', () => client.set_constraints(begun));

  const advance = (request_id: string, new_state: string) =>
    answered(request_id, () => client.advance_belief({ project_id, new_state, request_id }));
  const turns = new Set<number>();
  const all = writers * each;
  let middle: Promise<unknown> | undefined;
  const write = async (writer: number) => {
    for (let n = 0; n < each; n++) {
      const { turn } = await advance(`w${writer}-${n}`, `s${n}`);
      turns.add(turn);
      if ((writer * each + n) % REPEATED === 0)
        expect(await advance(`w${writer}-${n}`, 'again')).toMatchObject({ turn, duplicate: true });
      if (turns.size >= all / 2) middle ??= inTheMiddle();
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  await middle;

  // Each request had a turn of its own, and there are no others.
  expect(turns.size).toBe(all);
  const { belief } = await answered('the end', () => client.get_belief({ project_id }));
  expect(belief.turn).toBe(all);
  const kept = Array.from({ length: 64 }, (_, i) => all - 63 + i);
  const shown = await Promise.all(
    kept.map((at_turn) => answered(`turn ${at_turn}`, () => client.get_belief({ project_id, at_turn }))),
  );
  expect(shown.map((one) => one.belief.turn)).toEqual(kept);
  const revisions = shown.map(({ revision }) => revision);
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
}
