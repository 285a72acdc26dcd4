import { coordinator, organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { randomText } from '@seedcore/protocol';
import type { ServiceName } from '../arguments/service-names.ts';
import { printTable } from '../output/print.ts';
import { duration } from '../output/quantity.ts';
import type { Surroundings } from '../surroundings.ts';
import { followTask } from '../work/follow-task.ts';
import { type SampleRow, taskRow, triageRow } from './sample-row.ts';
import { type SampleTask, sampleTasks } from './sample-tasks.ts';
import { calmPart, committedRecording, type Recording } from './telemetry.ts';

/** What the sample needs of the mesh it runs on. */
export interface SampleHost {
  readonly mesh: Mesh;
  readonly surroundings: Surroundings;
  /** Process number of a service at this moment; 0 when it has none. */
  pidOf(name: ServiceName): number;
}

/** Longest wait for one task: a killed worker is missed after some 15 s, and then the task starts over. */
const taskMs = 90_000;
const deadlineMs = 1500;

/** Sends recorded telemetry through anomaly triage and ten tasks through the mesh, and prints what became of them. */
export async function runSample(host: SampleHost): Promise<readonly SampleRow[]> {
  const { mesh, surroundings } = host;
  const recording = committedRecording();
  const run = randomText(mesh.random, 'abcdefghijklmnopqrstuvwxyz0123456789', 6);
  surroundings.out('');
  surroundings.out(
    `Sample: ${recording.values.length} values of ${recording.measured}, recorded ${recording.recordedAt}.`,
  );
  const tasks = sampleTasks(recording, run).map((task, at) => ({ ...task, id: `sample-${run}-${at + 1}` }));
  const triages = triageRows(mesh, recording, run);
  const rows = new Map<string, SampleRow>();
  const take = async (task: Numbered) => rows.set(task.id, await rowOf(task, host));
  await Promise.all(tasks.filter(({ last }) => !last).map(take));
  // What needs the others to be done, one after the other: a search for a stored fact, then a worker that is killed.
  for (const task of tasks.filter(({ last }) => last)) await take(task);
  const all = [...(await triages), ...tasks.flatMap(({ id }) => rows.get(id) ?? [])];
  printRows(surroundings, all);
  return all;
}

type Numbered = SampleTask & { readonly id: string };

/** The whole recording, and the part of it where nothing had been done to the mesh yet. */
async function triageRows(mesh: Mesh, recording: Recording, run: string): Promise<SampleRow[]> {
  const series: [string, readonly number[]][] = [
    ['the recording', recording.values],
    ['its calm part', calmPart(recording)],
  ];
  return Promise.all(
    series.map(async ([title, values], at) => {
      const began = mesh.clock.now();
      const context = { measured: recording.measured };
      const input = { triage_id: `sample-${run}-t${at + 1}`, agent_id: 'sample', series: [...values], context };
      const reply = await mesh.client(coordinator).anomaly_triage(input);
      const ms = mesh.clock.now() - began;
      if (reply.ok) return triageRow(title, reply.value, ms);
      const line = { input: `anomaly_triage: ${title}`, path: 'coordinator', attempts: '1', ms };
      return { ...line, outcome: reply.failure.code, verdict: 'honest error' as const };
    }),
  );
}

/** Hands in one task, does to it what is to be done, and waits for its end. */
async function rowOf(task: Numbered, host: SampleHost): Promise<SampleRow> {
  const { mesh } = host;
  const began = mesh.clock.now();
  if (task.hardship === 'malformed') publishHalf(mesh, task);
  else if (task.hardship === 'killed worker') await withKilledWorker(task, host);
  else await submit(mesh, task);
  const view = await followTask(mesh, task.id, taskMs);
  const ms = mesh.clock.now() - began;
  if (view) return taskRow(task.title, view, ms);
  const line = { input: `${task.type}: ${task.title}`, path: 'general', attempts: '0', ms };
  return { ...line, outcome: 'never heard of', verdict: 'no answer' };
}

async function submit(mesh: Mesh, { id, type, title, params, hardship }: Numbered): Promise<void> {
  const hopeless = hardship === 'deadline that cannot be met';
  const deadline = hopeless ? { deadline_at: new Date(mesh.clock.wallMs() + deadlineMs).toISOString() } : {};
  await mesh.client(coordinator).submit_task({ id, type, description: title, params: { ...params }, ...deadline });
}

/** Publishes the first half of a message on a task subject, as a program that crashes while writing would. */
function publishHalf({ transport, subjects }: Mesh, { id, type }: Numbered): void {
  const whole = JSON.stringify({ type, params: { values: [1, 2, 3] } });
  transport.publish(subjects.task('general', 'normal', id), new TextEncoder().encode(whole.slice(0, whole.length / 2)));
}

/** Kills the process of the organism as soon as it has begun to run the task. */
async function withKilledWorker(task: Numbered, { mesh, surroundings, pidOf }: SampleHost): Promise<void> {
  const started = Promise.withResolvers<string>();
  const watching = mesh.subscribe(organism, 'attempt_started', ({ task_id, agent_id }) => {
    if (task_id === task.id) started.resolve(agent_id);
  });
  const patience = mesh.clock.after(taskMs, () => started.resolve('nobody'));
  await submit(mesh, task);
  const agent = await started.promise;
  patience.cancel();
  watching.unsubscribe();
  const pid = pidOf('organism');
  if (agent === 'nobody' || pid === 0)
    return surroundings.note('nobody began the task in time; its worker is left alone');
  surroundings.out(
    `Sample: killing organism (process ${pid}) while ${agent} runs a task; another takes it over in some 15 s.`,
  );
  process.kill(pid, 'SIGKILL');
}

function printRows(surroundings: Surroundings, rows: readonly SampleRow[]): void {
  const { out, styles } = surroundings;
  const colour = { result: styles.green, 'honest error': styles.yellow, 'no answer': styles.red };
  out('');
  printTable(
    surroundings,
    [
      { title: 'WHAT CAME IN', yields: true },
      { title: 'PATH TAKEN', yields: true },
      { title: 'ATTEMPTS', align: 'right' },
      { title: 'RESULT OR HONEST ERROR', yields: true },
      { title: 'TIME', align: 'right' },
    ],
    rows.map(({ input, path, attempts, outcome, verdict, ms }) => [
      input,
      path,
      attempts,
      colour[verdict](outcome),
      duration(ms),
    ]),
  );
}
