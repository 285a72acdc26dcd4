import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { taskResult } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../support/program.ts';
import { openTasksBed, type TasksBed } from '../support/tasks-bed.ts';

const text = 'abcdefghij'.repeat(200_000);

let bed: TasksBed;
beforeAll(async () => {
  bed = await openTasksBed({
    worker: {
      retry: { windowsMs: [10] },
      handlers: {
        echo: async (params, task) => {
          const copy = await task.step('copy', async () => params['text']);
          if (task.attempt === 1) throw new Error('once more, from the memo');
          return ok({ copy });
        },
      },
    },
  });
});
afterAll(() => bed?.stop());

test('an input, a memo and a result of two megabytes come through', async () => {
  const answer = await bed.tasks.run({ id: 'big', type: 'echo', params: { text } }, { timeoutMs: 60_000 });
  expect(answer).toMatchObject({ ok: true, value: { result: { state: 'succeeded', attempts: 2 } } });
  const view = await bed.tasks.get('big');
  expect(view?.result?.value).toEqual({ copy: text });
  expect(view?.spec?.params).toEqual({ text });
});

test('what is too large for a record is read by `nats object get`', async () => {
  const stored = await openStore(bed.mesh).broker.last('SC_test_RESULTS', 'test.result.big', { fresh: true });
  const { value_ref: ref } = taskResult.parse(JSON.parse(new TextDecoder().decode(stored?.body)));
  const folder = await mkdtemp(join(tmpdir(), 'seedcore-'));
  const file = join(folder, 'value.json');
  const args = [
    '--server',
    bed.server.url,
    'object',
    'get',
    'test_work',
    ref?.object ?? '',
    '--output',
    file,
    '--force',
  ];
  const got = await run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', [...args, '--no-progress']);
  expect(got).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ copy: text });
  await rm(folder, { recursive: true });
});
