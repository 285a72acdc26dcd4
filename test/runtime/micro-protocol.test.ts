import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInbox } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;
const folder = mkdtempSync(join(tmpdir(), 'seedcore-micro-'));

beforeAll(async () => {
  greeters = await startGreeters();
  await greeters.start({ SEEDCORE_INSTANCE: 'one' });
  await greeters.start({ SEEDCORE_INSTANCE: 'two' });
});

afterAll(async () => {
  await greeters?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers of every instance on a control subject: all that come have come when each has answered a later question. */
async function ask(subject: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  const reply = createInbox();
  const heard = greeters.nats.subscribe(reply, {
    callback: (_error, answer) => {
      answers.push(answer.headers?.code === 503 ? 'no responders' : answer.json());
    },
  });
  greeters.nats.publish(subject, '', { reply });
  await Promise.all(['one', 'two'].map((id) => greeters.ask(`${NS}.inst.greeter.${id}.health`)));
  heard.unsubscribe();
  return answers;
}

/** Validates with the schemas the CLI carries. */
async function mustValidate(verb: 'ping' | 'info' | 'stats'): Promise<void> {
  for (const answer of await ask(`$SRV.${verb.toUpperCase()}.greeter`)) {
    const file = join(folder, `${verb}.json`);
    writeFileSync(file, JSON.stringify(answer));
    const { code, stdout, stderr } = await greeters.cli(
      'schema',
      'validate',
      `io.nats.micro.v1.${verb}_response`,
      file,
    );
    expect({ code, stdout: stdout + stderr }).toEqual({
      code: 0,
      stdout: expect.stringContaining('validates against'),
    });
  }
}

test.each(['ping', 'info', 'stats'] as const)(
  'mesh.A4: %s validates against the published schema before errors',
  mustValidate,
);

test('every instance answers to all, to its name, and to its own id', async () => {
  expect(await ask('$SRV.PING')).toHaveLength(2);
  expect(await ask('$SRV.PING.greeter')).toHaveLength(2);
  expect(await ask('$SRV.PING.greeter.two')).toMatchObject([
    { name: 'greeter', id: 'two', version: '1.2.3', metadata: { ns: NS } },
  ]);
  expect(await ask('$SRV.PING.nobody')).toEqual(['no responders']);
});

test('the CLI lists, describes, counts, pings and calls', async () => {
  const ls = await greeters.cli('micro', 'ls');
  expect(ls.stdout).toMatch(/greeter.*1\.2\.3.*one/);
  const info = await greeters.cli('micro', 'info', 'greeter', 'one');
  expect(info.stdout).toContain(`${NS}.svc.greeter.fail_somehow`);
  const ping = await greeters.cli('micro', 'ping', 'greeter');
  expect(ping.stdout).toMatch(/two\s+rtt=/);
  const answered = await greeters.cli('micro', 'request', 'greeter', 'greet', '{"person":"Ada"}');
  expect(answered.stdout + answered.stderr).toContain('{"text":"hello Ada"}');
  const stats = await greeters.cli('micro', 'stats', 'greeter');
  expect(stats.stdout).toMatch(/greet\s+│ [01]\s+│ q/);
});

test('errors are readable in the body, and in the headers', async () => {
  const { stdout, stderr } = await greeters.cli('req', `${NS}.svc.greeter.greet`, '{"persn":"Ada"}');
  expect(stdout).toContain('did you mean \\"person\\"?');
  expect(stdout + stderr).toContain('Nats-Service-Error-Code: 400');
});

test.each(['sync', 'async', 'text', 'newline'])(
  'a handler that fails (%s) is internal with a trace id, and goes on',
  async (how) => {
    const reply = await greeters.ask(`${NS}.svc.greeter.fail_somehow`, JSON.stringify({ how }));
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('500');
    expect(reply.headers?.get('Nats-Service-Error')).not.toMatch(/[\r\n]|secret/);
    expect(reply.json()).toMatchObject({
      error: { code: 'internal', trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(reply.string()).not.toContain('secret');
    expect((await greeters.ask(`${NS}.svc.greeter.greet`, '')).json()).toEqual({ text: 'hello you' });
  },
);

test.each(['ping', 'info', 'stats'] as const)('mesh.A4: %s still validates after errors', mustValidate);

test('STATS counts the errors, with the last one as text', async () => {
  const answers = await ask('$SRV.STATS.greeter');
  const endpoints = answers.flatMap((answer) => (answer as { endpoints: Record<string, unknown>[] }).endpoints);
  const failing = endpoints.filter(({ name }) => name === 'fail_somehow');
  expect(failing.reduce((sum, { num_errors }) => sum + Number(num_errors), 0)).toBe(4);
  expect(failing.map(({ last_error }) => last_error).join()).toContain('500:internal: ');
  for (const endpoint of endpoints) expect(Number.isInteger(endpoint['processing_time'])).toBe(true);
});

test('every command in help works when pasted', async () => {
  const help = (await greeters.ask(`${NS}.svc.greeter.help`, '')).string();
  const commands = help.split('\n').filter((line) => line.startsWith('    nats req '));
  expect(commands.length).toBe(5);
  for (const command of commands) {
    const [, subject = '', body = '', more = ''] = /nats req (\S+) '([^']*)'(.*)/.exec(command) ?? [];
    const { code, stdout, stderr } = await greeters.cli('req', subject, body, ...more.split(' ').filter(Boolean));
    expect({ command, code, failed: (stdout + stderr).includes('Nats-Service-Error') }).toEqual({
      command,
      code: 0,
      failed: false,
    });
  }
});
