import { join } from 'node:path';
import { ml } from '@seedcore/contracts';
import { readRecord } from '@seedcore/mesh';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { echo } from '../mesh/echo.ts';
import { root, run } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const series = { data: [1, 1.1, 0.9, 1, 9, 1.1, 1] };
let bed: TestMesh;
let caller: BusMesh;

beforeAll(async () => {
  bed = await startMesh({ services: ['ml'] });
  caller = await openMesh({ servers: bed.url, service: 'asker', onDefect: () => {} });
});
afterAll(async () => {
  await caller?.close();
  await bed?.stop();
});

const seedcore = (...args: readonly string[]) =>
  run(process.execPath, [join(root, 'packages/cli/src/main.ts'), ...args, '--server', bed.url]);

async function traceOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MeshError && error.traceId !== undefined) return error.traceId;
  throw new Error('the call did not fail with a trace', { cause: error });
}

/** What `why` prints, once the record has reached the broker. */
const whyOf = (id: string, ...args: readonly string[]) =>
  until(`the record of ${id}`, async () => {
    const { code, stdout } = await seedcore('why', id, ...args);
    return code === 0 ? stdout : undefined;
  });

test('mesh.A25: another process explains each attempt of a call that failed', async () => {
  const trace = await traceOf(caller.client(echo).say({ word: 'a' }, { deadlineMs: 20_000 }));
  const story = await whyOf(trace);
  expect(story).toMatch(/^echo\.say, called by asker-\w+, ended with no_responder, nobody listens there after /);
  expect(story.match(/attempt [123], to whoever takes it, failed after .*: no_responder/g)).toHaveLength(3);
  expect(story).toMatch(/does not try again: that was the last attempt there is/);
  expect(story).not.toContain('\u001b[');
  const [, call = ''] = /npx seedcore replay (\S+)/.exec(story) ?? [];
  const [record] = JSON.parse(await whyOf(call, '--json'));
  expect(readRecord(record)).toMatchObject({ call, trace_id: trace, caller: 'asker', input: { word: 'a' } });
});

test('replay asks the same once more, and record is a case', async () => {
  const trace = await traceOf(caller.client(ml).detect_anomaly(series, { deadlineMs: 20_000, instance: 'gone' }));
  await whyOf(trace);
  const again = await seedcore('replay', trace, '--json');
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(again.stdout).points).toMatchObject([{ index: 4 }]);
  expect(again.stderr).toMatch(/asking ml\.detect_anomaly once more .*; it ended with no_responder/);
  const written = await seedcore('record', trace);
  expect(readRecord(JSON.parse(written.stdout))).toMatchObject({ target: 'ml.detect_anomaly', input: series });
});

test('an error of the command line says how to ask why, and why knows', async () => {
  const trace = await traceOf(caller.client(ml).detect_anomaly(series, { deadlineMs: 20_000, instance: 'gone' }));
  await whyOf(trace);
  const failed = await seedcore('replay', trace, '--instance', 'gone');
  expect(failed).toMatchObject({ code: 69, stdout: '', stderr: expect.stringContaining('no_responder') });
  const [, asked = ''] = /see: seedcore why (\w+)/.exec(failed.stderr) ?? [];
  expect(asked).not.toBe(trace);
  expect(await whyOf(asked)).toMatch(
    /^ml\.detect_anomaly, called by cli \(client-\w+\), ended with no_responder.*\n.*\n +\d+ ms +attempt 1, at gone, failed/,
  );
});

test('an id nobody recorded, and one that is none, are told apart', async () => {
  expect(await seedcore('why', '0'.repeat(32))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^no record of/),
  });
  expect(await seedcore('why', 'task-7')).toMatchObject({ code: 64, stderr: expect.stringContaining('neither') });
});
