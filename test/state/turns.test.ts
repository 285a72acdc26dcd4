import { state } from '@seedcore/contracts';
import { openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const REPLICAS = ['one', 'two', 'three'];
const WRITERS = 10;
const TURNS_EACH = 100;
/** Every so many requests are sent once more, though they were answered. */
const REPEATED = 20;

let mesh: TestMesh;
let started: Program[];
beforeEach(async () => {
  mesh = await startMesh({ services: [] });
  started = REPLICAS.map((name) => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' }));
  await Promise.all(started.map((replica) => replica.printed(/"state":"ready"/)));
});
afterEach(() => mesh?.stop());

test('ten managers advance one belief a hundred times each through three replicas, one of them killed: turn 1000', async () => {
  const caller = await openMesh({ servers: mesh.url, ns: mesh.ns });
  const client = caller.client(state);
  const begun = { project_id: 'p1', constraints: {}, expected_revision: 0, request_id: 'r-0' };
  expect(await client.set_constraints(begun)).toMatchObject({ ok: true });

  /** Asks until there is an answer, always under the same name. */
  const advance = (request_id: string, new_state: string) =>
    until(`the answer to ${request_id}`, async () => {
      try {
        const answer = await client.advance_belief({ project_id: 'p1', new_state, request_id });
        return answer.ok ? answer.value : undefined; // contended: others were quicker all the time
      } catch (error) {
        if (error instanceof MeshError) return undefined; // perhaps counted
        throw error;
      }
    });
  const turns = new Set<number>();
  const write = async (writer: number) => {
    for (let n = 0; n < TURNS_EACH; n++) {
      const { turn } = await advance(`w${writer}-${n}`, `s${n}`);
      turns.add(turn);
      if (n % REPEATED === 0)
        expect(await advance(`w${writer}-${n}`, 'again')).toMatchObject({ turn, duplicate: true });
      if (turns.size === (WRITERS * TURNS_EACH) / 2) started[0]?.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

  // Each request had a turn of its own, and there are no others.
  expect(turns.size).toBe(WRITERS * TURNS_EACH);
  const now = await client.get_belief({ project_id: 'p1' });
  expect(now).toMatchObject({ ok: true, value: { belief: { turn: WRITERS * TURNS_EACH } } });
  const kept = await client.get_belief({ project_id: 'p1', at_turn: WRITERS * TURNS_EACH - 63 });
  expect(kept).toMatchObject({ ok: true, value: { belief: { turn: WRITERS * TURNS_EACH - 63 } } });
  await caller.close();
});
