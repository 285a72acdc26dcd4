import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, run } from '../support/program.ts';
import { serviceNames, startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const cli = join(root, 'packages/cli/src/main.ts');
let mesh: TestMesh;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
  mesh = await startMesh();
});
afterAll(async () => {
  await mesh?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('looking', () => {
  test('ls shows all six with their health', async () => {
    // A service that is up may still be degraded for a moment, as organism until its agents are there.
    const rows = serviceNames.map((name) => new RegExp(`^${name} +\\d+\\.\\d+\\.\\d+ +1 +ready`, 'm'));
    await until('all six to be ready', async () => {
      const { code, stdout } = await seedcore('ls');
      expect(code).toBe(0);
      return rows.every((row) => row.test(stdout));
    });
  });

  test('--json gives one line that a machine can read', async () => {
    // Whoever answers too late on a busy machine is there the next time.
    const stdout = await until('all six to be listed', async () => {
      const listed = (await seedcore('ls', '--json')).stdout;
      return JSON.parse(listed).length >= serviceNames.length ? listed : undefined;
    });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout).map(({ service }: { service: string }) => service)).toEqual([...serviceNames].sort());
  });

  test.each(serviceNames)('info %s shows its instances and endpoints, and its example can be called', async (name) => {
    const { code, stdout } = await seedcore('info', name);
    expect(code).toBe(0);
    expect(stdout).toMatch(/INSTANCE[\s\S]*ENDPOINT/);
    const [, endpoint = ''] = /npx seedcore info \S+ (\S+)/.exec(stdout) ?? [];
    const shown = await seedcore('info', name, endpoint);
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`npx seedcore call ${name} ${endpoint} '`),
    });
  });

  test('knobs lists what can be set, how, and what is set; what is not used is shown and fails', async () => {
    expect(await seedcore('knobs')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^attempts +1 to 10 +callers[\s\S]*nats kv put seedcore-dev_config/m),
    });
    await mesh.cli(['kv', 'put', 'seedcore-dev_config', 'ml.embeddings.attempts', '2']);
    expect((await seedcore('knobs', 'attempts')).stdout).toMatch(/^ml\.embeddings\.attempts +2$/m);
    await mesh.cli(['kv', 'put', 'seedcore-dev_config', 'ml.embeddings.attempts', 'many']);
    expect(await seedcore('knobs')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('whole number, 1 to 10'),
    });
    await mesh.cli(['kv', 'del', '--force', 'seedcore-dev_config', 'ml.embeddings.attempts']);
    expect(await seedcore('knobs', 'atempts')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('did you mean "attempts"'),
    });
  });

  test('another namespace is empty, and that is no error', async () => {
    expect(await seedcore('ls', '--ns', 'elsewhere')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No service'),
    });
  });

  test('a server that is not there: told within two seconds, with the remedy', async () => {
    const done = await run(process.execPath, [cli, 'ls', '--server', 'nats://127.0.0.1:1']);
    expect(done).toMatchObject({ code: 69, stdout: '' });
    expect(done.stderr).toMatch(/no NATS server answers at nats:\/\/127\.0\.0\.1:1 .*npm start/);
  });
});

describe('calling', () => {
  const series = '{"data":[1,1.1,0.9,1,9,1.1,1]}';

  test('input comes as an argument, from a file, or on standard input', async () => {
    const file = join(folder, 'in.json');
    writeFileSync(file, series);
    const replies = await Promise.all([
      seedcore('call', 'ml', 'detect_anomaly', series, '--json'),
      seedcore('call', 'ml', 'detect_anomaly', `@${file}`, '--json'),
      run(process.execPath, [cli, 'call', 'ml', 'detect_anomaly', '-', '--json', '--server', mesh.url], {
        input: series,
      }),
    ]);
    for (const { code, stdout } of replies) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout).points.map(({ index }: { index: number }) => index)).toEqual([4]);
    }
  });

  test('what does not fit is refused before it is sent, and what was meant is named', async () => {
    const before = await requestsOf('ml');
    const done = await seedcore('call', 'ml', 'detect_anomaly', '{"dta":[1,2,3]}');
    expect(done).toMatchObject({ code: 64, stdout: '' });
    expect(done.stderr).toMatch(/\/dta is not known; did you mean "data"\?/);
    expect(await requestsOf('ml')).toBe(before);
  });

  test.each([
    [['call', 'mll', 'rerank'], /no service "mll"; did you mean "ml"\?/],
    [['call', 'ml', 'rerankk'], /ml has no endpoint "rerankk"; did you mean "rerank"\?/],
    [['call', 'ml', 'rerank', '{'], /the argument is not JSON/],
    [['cal', 'ml', 'rerank'], /unknown command 'cal'[\s\S]*call/],
    [
      ['task', 'run', 'wait', '{"for_ms":1}', '--priority', 'urgent'],
      /Allowed choices are critical, high, normal, low/,
    ],
    [['task', 'run'], /the task has no type/],
  ])('%j is not understood, and says why', async (args, why) => {
    const done = await seedcore(...args);
    expect(done.code).toBe(64);
    expect(done.stderr).toMatch(why);
  });

  test('a declared failure is an error of its own, with its details', async () => {
    const done = await seedcore('call', 'coordinator', 'get_task', '{"id":"nobody-knows"}');
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/coordinator\.get_task: unknown_task \(404\)[\s\S]*nobody-knows/);
  });
});

describe('working', () => {
  test('task run prints the result and exits with 0', async () => {
    const done = await seedcore('task', 'run', 'json_transform', '{"data":{"a":[1,2,3]},"expression":"$sum(a)"}');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(done.stdout)).toMatchObject({ result: { result: 6 } });
  });

  test('a task that fails exits with 1 and says what was tried', async () => {
    const done = await seedcore('task', 'run', 'json_transform', '{"data":{},"expression":"$nope("}');
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/failed: [\s\S]*attempt 1/);
  });

  test('a task that is not done in time exits with 1 and says how to look again', async () => {
    const done = await seedcore('task', 'run', 'wait', '{"for_ms":60000}', '--id', 'slow-1', '--wait', '500ms');
    expect(done.code).toBe(1);
    expect(done.stderr).toContain('seedcore task get slow-1 --wait 30s');
    const cancelled = await seedcore('task', 'cancel', 'slow-1', '--reason', 'enough');
    expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining('cancelled') });
  });

  test('submit prints an id; get and ls find it; the same id is the same task', async () => {
    const first = await seedcore('task', 'submit', 'wait', '{"for_ms":10}', '--id', 'mine-1');
    expect(first).toMatchObject({ code: 0, stdout: 'mine-1\n' });
    const again = await seedcore('task', 'submit', 'wait', '{"for_ms":10}', '--id', 'mine-1');
    expect(again).toMatchObject({ code: 0, stdout: 'mine-1\n', stderr: expect.stringContaining('handed in before') });
    expect(await seedcore('task', 'get', 'mine-1', '--wait', '20s')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/mine-1 +wait +succeeded/),
    });
    await shows(/mine-1/, 'task', 'ls', '--type', 'wait');
  });

  test('a malformed task is found among the dead letters and finished once repaired', async () => {
    mesh.nats.publish('seedcore-dev.task.general.normal.torn-1', '{"type":"wait","params":');
    await shows(/torn-1 .*bad_message/, 'task', 'dlq');
    const patch = '{"type":"wait","params":{"for_ms":10}}';
    expect(await seedcore('task', 'redrive', 'torn-1', '--patch', patch)).toMatchObject({ code: 0 });
    const view = await seedcore('task', 'get', 'torn-1', '--wait', '20s', '--json');
    expect(JSON.parse(view.stdout)).toMatchObject({ state: 'succeeded', gen: 2 });
    await seedcore('task', 'run', 'json_transform', '{"data":{},"expression":"$nope("}', '--id', 'sick-1');
    const redrive = ['queue', 'redrive', 'utility_organ_1', '--type', 'json_transform', '--dry-run'];
    expect(await shows(/^sick-1 generation 2$/m, ...redrive)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('would be redriven'),
    });
    expect(await seedcore('queue', 'redrive', 'utility_organ_1', '--limit', 'many')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('/limit'),
    });
  });
});

describe('steering', () => {
  test('task watch tells what happens until the end, then gives the result', async () => {
    await seedcore('task', 'submit', 'wait', '{"for_ms":10}', '--id', 'seen-1');
    const done = await seedcore('task', 'watch', 'seen-1');
    expect(done, done.stderr).toMatchObject({ code: 0, stderr: expect.stringMatching(/wait is \w+/) });
    expect(JSON.parse(done.stdout)).toMatchObject({ skill: 'wait', result: { woke_by: 'time' } });
    expect(await seedcore('task', 'watch', 'nobody-knows')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown_task'),
    });
  });

  test('a paused queue is seen, begins nothing, is watched, and goes on when resumed', async () => {
    const paused = await seedcore('queue', 'pause', 'general', '--reason', 'repair', '--author', 'me', '--for', '1h');
    expect(paused).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^general is paused: repair \(me\), until /),
    });
    await shows(/^general .* repair \(me\)/m, 'queue', 'ls');
    await shows(/^notice +queue general is paused: repair \(me\)/m, 'doctor');
    await seedcore('task', 'submit', 'wait', '{"for_ms":10}', '--id', 'held-1');
    const watching = seedcore('task', 'watch', 'held-1', '--json');
    expect(await seedcore('task', 'get', 'held-1', '--wait', '500ms')).toMatchObject({
      stdout: expect.stringMatching(/held-1 +wait +queued/),
    });
    expect(await seedcore('queue', 'resume', 'general')).toMatchObject({ code: 0, stdout: 'general goes on\n' });
    const { code, stdout } = await watching;
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ id: 'held-1', state: 'succeeded' });
  });

  test('a task that has ended is done once more, and a signal for one that has ended is refused', async () => {
    await seedcore('task', 'run', 'wait', '{"for_ms":1}', '--id', 'twice-1');
    expect(await seedcore('task', 'retry', 'twice-1')).toMatchObject({ code: 0, stdout: 'twice-1 generation 2\n' });
    await seedcore('task', 'get', 'twice-1', '--wait', '20s');
    await shows(
      / 1 +1 +claimed +running +by organism[\s\S]* 2 +\d+ +succeeded +succeeded/,
      'task',
      'history',
      'twice-1',
    );
    expect(await seedcore('task', 'signal', 'twice-1', 'go', '{"by":"me"}')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already_final'),
    });
    expect(await seedcore('task', 'retry', 'twice-1', '--from-step', 'nope')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown_step'),
    });
  });
});

test('doctor finds a mesh well, and names a service that is gone first', async () => {
  // A busy machine is not well: it lags, and some of its services answer too late.
  const well = await until('nothing to be wrong', async () => {
    const found = await seedcore('doctor', '--json');
    expect(JSON.parse(found.stdout).filter(({ harm }: { harm: string }) => harm !== 'notice')).toEqual([]);
    return found;
  });
  expect(well.code).toBe(0);
  await mesh.services.get('cognitive')?.stop();
  const ill = await shows(/^broken +no instance of cognitive is there\n +\S/, 'doctor');
  expect(ill.code).toBe(1);
});

/** Types a command until it prints what is expected: what it tells of may still be on its way to whoever it asks. */
function shows(expected: RegExp, ...args: string[]): ReturnType<typeof seedcore> {
  return until(`"seedcore ${args.join(' ')}" to print ${expected}`, async () => {
    const done = await seedcore(...args);
    expect(done.stdout, done.stderr).toMatch(expected);
    return done;
  });
}

function seedcore(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(process.execPath, [cli, ...args, '--server', mesh.url], { env: { SEEDCORE_DATA: folder } });
}

async function requestsOf(service: string): Promise<number> {
  const stats = (await mesh.nats.request(`$SRV.STATS.${service}`, '', { timeout: 30_000 })).json<{
    endpoints: { name: string; num_requests: number }[];
  }>();
  return stats.endpoints.find(({ name }) => name === 'detect_anomaly')?.num_requests ?? 0;
}
