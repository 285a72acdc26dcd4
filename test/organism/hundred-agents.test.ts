import { join } from 'node:path';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks, type TaskView } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL, scaled } from '../chaos/world/scale.ts';
import { freePort } from '../support/free-port.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const ORGAN = 'crowd';
/** Agents in all; a hundred, and the limit of the loop's delay, at full size. */
const AGENTS = scaled(20, 100);
/** Of each kind that does not behave there is a tenth, and as many behave as do not. */
const EACH = Math.floor(AGENTS / 10);
const GOAL = 'count the words of the quarterly report';
/** Longest delay of 99 of 100 turns of the host's loop, in ms. */
const MOST_DELAY_MS = 50;

/** What is to become of each kind. */
const KINDS = {
  spins: 'timeout run',
  mute: 'killed silent',
  babbles: 'killed pad',
  repeats: 'killed repeat',
  leaks: 'error out_of_memory',
} as const;

let mesh: TestMesh;
let bus: BusMesh;
let tasks: Tasks;
let metrics: string;
beforeAll(async () => {
  mesh = await startMesh({ services: [] });
  const port = await freePort();
  metrics = `http://127.0.0.1:${port}/metrics`;
  mesh.start('ml');
  mesh.start('organism', {
    SEEDCORE_SKILLS: join(import.meta.dirname, 'hundred-agents'),
    ORGANISM_WARM_UP_MS: '1000',
    METRICS_PORT: String(port),
  });
  await Promise.all([mesh.ready('organism'), mesh.ready('ml')]);
  bus = await openMesh({ servers: mesh.url, ns: mesh.ns });
  tasks = openTasks(openStore(bus), { instance: 'test' });
});
afterAll(async () => {
  await tasks?.close();
  await bus?.close();
  await mesh?.stop();
});

const organism = (endpoint: string, input?: unknown) => mesh.call('organism', endpoint, input, 30_000);

/** An organ of so many agents, every one of them idle. */
async function crowd(): Promise<void> {
  const skills = [...Object.keys(KINDS), 'works'];
  const config = { skills, desired: AGENTS, max_agents: AGENTS };
  await until('its skills', async () => {
    const made = await organism('update_organ_config', { organ_id: ORGAN, create: true, config });
    return made.code === undefined || undefined;
  });
  await until('its agents and managers', async () => {
    const { body } = await organism('get_organ_status', { organ_id: ORGAN });
    const [organ] = body.organs ?? [];
    return (organ?.agents.idle === AGENTS && organ.managers.length === Math.ceil(AGENTS / 10)) || undefined;
  });
}

/** How the only run of a task ended, and why. */
function endOf({ attempts: [attempt] }: TaskView): string {
  const details = attempt?.error?.details as { kind?: string } | undefined;
  return [attempt?.outcome, details?.kind ?? attempt?.error?.code].filter(Boolean).join(' ');
}

/** Delay of the loop of the host in 99 of 100 turns so far, in ms. */
async function loopDelayMs(): Promise<number> {
  const text = await (await fetch(metrics)).text();
  return 1000 * Number(/^seedcore_organism_loop_lag_seconds\{quantile="0\.99"\} (\S+)$/m.exec(text)?.[1]);
}

test('of a hundred agents fifty do not behave: each is stopped for the right reason, and no healthy one is', async () => {
  await crowd();
  const types = [
    ...Object.keys(KINDS).flatMap((kind) => Array<string>(EACH).fill(kind)),
    ...Array<string>(AGENTS - 5 * EACH).fill('works'),
  ];
  const ids = types.map((type, n) => `${type}-${n}`);
  const given = { description: GOAL, hints: { max_attempts: 1 } };
  await Promise.all(ids.map((id, n) => tasks.submit({ id, type: types[n] ?? '', ...given }, { queue: ORGAN })));
  await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 240_000 })));
  const views = await Promise.all(ids.map((id) => tasks.get(id)));
  const ends = views.map((view, n) => [types[n], view === undefined ? 'gone' : endOf(view)]);
  expect(ends).toEqual(types.map((type) => [type, type in KINDS ? KINDS[type as keyof typeof KINDS] : 'ok']));
  const counts = await until('the journal', async () => {
    const { body } = await organism('list_interventions', { organ_id: ORGAN });
    return body.interventions?.length === 4 * EACH ? body.counts : undefined;
  });
  expect(counts).toEqual({ run: EACH, silent: EACH, pad: EACH, repeat: EACH });
  const delayMs = await loopDelayMs();
  process.stdout.write(`delay of the loop of a host of ${AGENTS} agents, p99: ${delayMs} ms\n`);
  if (FULL) expect(delayMs).toBeLessThan(MOST_DELAY_MS);
});
