import { setTimeout as pause } from 'node:timers/promises';
import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type SubmitOptions, type TaskSpec, type Tasks, type TaskView, taskSpec } from '@seedcore/tasks';
import { EdgeChecker } from '@seedcore/tasks/testing';
import { expect } from 'vitest';
import { checkTasks, type Known } from '../../checkers/task-checks.ts';
import type { Accepted, CarrierLook, Checker, TaskHistory } from '../../checkers/task-history.ts';
import { effectSteps } from './chaos-handlers.ts';
import { Crew } from './crew.ts';
import { EffectReceiver } from './effect-receiver.ts';
import { keepHistory, takingAssets } from './kept-assets.ts';
import { lookAtCarriers, recordLog, resultLog } from './task-log.ts';

/** Namespace of every process of a chaos test. */
export const NS = 'test';
/** Submits, or questions about a task, under way at once: the broker answers each within its time. */
const AT_ONCE = 128;
/** A task that was not taken, or may not have been, is handed in again so often, and so much later in ms. */
const MOST_TRIES = 3_600;
const AGAIN_MS = 1_000;

/** A client of durable work, processes that do it, the world outside, and the journal of all of it. */
export class TaskWorld {
  readonly mesh: BusMesh;
  readonly tasks: Tasks;
  readonly receiver = new EffectReceiver(() => Date.now());
  readonly crew: Crew;
  readonly accepted: Accepted[] = [];
  readonly looks: CarrierLook[] = [];

  private constructor(mesh: BusMesh, tasks: Tasks, url: string) {
    this.mesh = mesh;
    this.tasks = tasks;
    this.crew = new Crew(url);
    this.receiver.listen(mesh.nats());
  }

  /** Opens one at a broker that nobody has used before. */
  static async open(url: string): Promise<TaskWorld> {
    const mesh = await openMesh({ servers: url, ns: NS, onDefect: () => undefined });
    const store = openStore(mesh);
    await openTasks(store).provision();
    await keepHistory(mesh.nats(), NS);
    return new TaskWorld(mesh, openTasks(takingAssets(store)), url);
  }

  /** Hands a task in and notes what was accepted. @throws what submitting throws */
  async submit(spec: TaskSpec, how: SubmitOptions = { queue: 'demo' }) {
    const answer = await this.tasks.submit(spec, how);
    if (answer.ok && !answer.value.duplicate) this.#note(answer.value.id, spec);
    return answer;
  }

  /** Hands a task of a name or a key of its own in, again for as long as it is not taken, or nobody knows whether it is. */
  async insist(spec: TaskSpec, how: SubmitOptions = { queue: 'demo' }): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await this.tasks.submit(spec, how);
        // A duplicate is what an earlier try has made.
        if (answer.ok && (tries > 1 || !answer.value.duplicate)) this.#note(answer.value.id, spec);
        return;
      } catch (error) {
        const passing = error instanceof MeshError && error.code !== 'bad_request';
        if (!passing || tries >= MOST_TRIES) throw error;
        await pause(AGAIN_MS);
      }
    }
  }

  /** Hands many in, some at a time, as {@link insist} does. */
  async submitAll(specs: readonly TaskSpec[], how?: SubmitOptions): Promise<void> {
    for (let at = 0; at < specs.length; at += AT_ONCE)
      await Promise.all(specs.slice(at, at + AT_ONCE).map((spec) => this.insist(spec, how)));
  }

  /** What is written of tasks, in the order of `ids`. */
  async views(ids: readonly string[]): Promise<readonly (TaskView | undefined)[]> {
    const views: (TaskView | undefined)[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      views.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => this.tasks.get(id)))));
    return views;
  }

  /** True once a step of the first life of a task has its memo; undefined before. */
  async remembers(id: string, step: string): Promise<true | undefined> {
    const manager = await jetstreamManager(this.mesh.nats());
    const memo = await manager.streams.getMessage(`KV_${NS}_tasks`, {
      last_by_subj: `$KV.${NS}_tasks.m.${id}.1.${step}`,
    });
    return memo === null ? undefined : true;
  }

  /** Messages that lie in a queue. */
  waitingIn(queue: string): Promise<number> {
    return this.#messagesOn(`${NS}.task.${queue}.>`);
  }

  /** How often the broker has handed out messages of a queue so far, repetitions included. */
  async delivered(queue: string): Promise<number> {
    return (await this.#consumers(queue)).reduce((sum, { delivered }) => sum + delivered.consumer_seq, 0);
  }

  /** Messages of a queue that are with a worker, or held back for one. */
  async unacknowledged(queue: string): Promise<number> {
    return (await this.#consumers(queue)).reduce((sum, { num_ack_pending }) => sum + num_ack_pending, 0);
  }

  /** Timers that the broker holds. */
  timers(): Promise<number> {
    return this.#messagesOn(`${NS}.sched.>`);
  }

  /** Looks at the carriers every so often until the signal, for those who check that no task is without. */
  async watchCarriers(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.looks.push(await lookAtCarriers(this.mesh.nats(), NS));
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** All there is to know about its tasks. */
  async history(edges = new EdgeChecker()): Promise<TaskHistory> {
    const nats = this.mesh.nats();
    const [writes, results] = [await recordLog(nats, NS, edges), await resultLog(nats, NS)];
    const { accepted, looks } = this;
    const { drained } = this.crew;
    return { accepted, writes, results, drained, looks, effects: this.receiver.journal };
  }

  /** Every promise holds for everything that has happened; hands over the history. */
  async check(known: Known = {}, more: readonly Checker[] = []): Promise<TaskHistory> {
    const edges = new EdgeChecker();
    const history = await this.history(edges);
    expect(history.writes.length).toBeGreaterThan(0);
    const found = [checkTasks({ effects: effectSteps, ...known }), ...more].flatMap((check) => check(history));
    expect(found.slice(0, 20)).toEqual([]);
    expect(edges.illegal.slice(0, 3)).toEqual([]);
    return history;
  }

  /** How many events of its history say that a task has ended, by task. */
  async endsTold(ids: readonly string[]): Promise<readonly number[]> {
    const told: number[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const events = await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => this.tasks.history(id)));
      told.push(...events.map((own) => own.filter(({ end }) => end !== undefined).length));
    }
    return told;
  }

  async close(): Promise<void> {
    await this.crew.killAll();
    await this.tasks.close();
    await this.mesh.close();
  }

  #note(id: string, spec: TaskSpec): void {
    const { type, params } = taskSpec.parse(spec);
    this.accepted.push({ id, type, params });
  }

  async #consumers(queue: string): Promise<ConsumerInfo[]> {
    const { consumers } = await jetstreamManager(this.mesh.nats());
    const lanes = ['high', 'normal', 'low'];
    return Promise.all(lanes.map((lane) => consumers.info(`SC_${NS}_TASKS`, `${queue}_${lane}`)));
  }

  async #messagesOn(filter: string): Promise<number> {
    const manager = await jetstreamManager(this.mesh.nats());
    const info = await manager.streams.info(`SC_${NS}_TASKS`, { subjects_filter: filter });
    return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  }
}
