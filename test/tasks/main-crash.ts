import { subscribe } from 'node:diagnostics_channel';
import { connect } from '@seedcore/mesh';
import { fail, ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { type Handler, openTasks, runPlan } from '@seedcore/tasks';
import { CRASH_CHANNEL } from '@seedcore/tasks/testing';

/**
 * One process of the crash table. `CRASH_AT` names the point at which it dies as by `kill -9`, `CRASH_NTH` how often it
 * comes there before. Points tell of themselves only under `node --conditions=seedcore-crash-points`.
 */
const { NATS_URL, NS = 'test', ROLE, SPEC = '{}', CRASH_AT, CRASH_NTH = '1' } = process.env;
/** Longest wait for an answer, which comes at once unless the machine is busy, in ms. */
const ANSWER_MS = 60_000;
const die = () => process.kill(process.pid, 'SIGKILL');
let toGo = Number(CRASH_NTH);
subscribe(CRASH_CHANNEL, (point) => {
  if (point !== CRASH_AT) return;
  toGo -= 1;
  if (toGo === 0) die();
});

const mesh = await connect({ servers: NATS_URL, ns: NS });
const tasks = openTasks(openStore(mesh), { instance: mesh.instance });
const spec: { readonly id: string; readonly type: string } = JSON.parse(SPEC);

const ask = async (subject: string, key: string) =>
  (await mesh.nats().request(subject, key, { timeout: ANSWER_MS })).string();
const once = (key: string) => ask('receiver', key);
const enter = (key: string) => ask('ledger.add', key);
const find = async (key: string) => {
  const value = await ask('ledger.find', key);
  return value === '' ? 'absent' : { value };
};

const handlers: Readonly<Record<string, Handler>> = {
  steps: async (_params, task) => ok([await task.step('fetch', once), await task.step('send', once)]),
  careful: async (_params, task) => ok(await task.effect('send', { run: enter, find })),
  blind: async (_params, task) => ok(await task.effect('send', { run: enter })),
  refused: async () => fail('no', {}),
  again: async (params, task) => {
    if (task.attempt === 1) throw Object.assign(new Error('not yet'), { retryAfterMs: Number(params['afterMs']) });
    return ok('at last');
  },
  waits: async (_params, task) => ok(await task.waitFor('approve', { until: new Date('2100-01-01') })),
  parent: async (_params, task) => ok((await task.child('steps', { type: 'steps' })).state),
  plan: runPlan,
  hang: (_params, task) =>
    new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
};

const roles: Readonly<Record<string, () => Promise<unknown>>> = {
  worker: () => tasks.worker('general', { handlers, times: { ackWaitMs: 8000, beatMs: 500 } }).ready,
  coordinator: () => tasks.system().ready,
  submit: () => tasks.submit(spec),
  cancel: () => tasks.cancel(spec.id, { reason: 'enough' }),
  /** As the plain command line does, which knows of no records; it dies once the broker has the message. */
  publish: () => mesh.nats().request(`${NS}.task.general.normal.${spec.id}`, SPEC, { timeout: ANSWER_MS }).then(die),
};

await roles[ROLE ?? '']?.();
console.log(`${ROLE} is ready`);
