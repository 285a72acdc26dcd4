import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trySkill } from '@seedcore/tasks/skill/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, run } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { brokenFiles } from './skill-files/broken-files.ts';
import pageDigest from './skill-files/page_digest.ts';

let mesh: TestMesh;
let elsewhere: string;
beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'seedcore-skills-'));
  mesh = await startMesh({ services: ['state'] });
  mesh.start('organism', { SEEDCORE_SKILLS: elsewhere });
  await mesh.ready('organism');
});
afterAll(async () => {
  await mesh?.stop();
  await rm(elsewhere, { recursive: true, force: true });
});

/** A file that was not imported in time, on a busy machine, is tried again after 30, 60 and 120 s. */
const LISTED_MS = 270_000;

const organism = (endpoint: string, input?: unknown) => mesh.call('organism', endpoint, input, 60_000);
const drop = (file: string) => cp(join(import.meta.dirname, 'skill-files', file), join(elsewhere, file));
const listed = (skill: string, right: (line: { version: string; agents: number }) => boolean = () => true) =>
  until(
    `${skill} in the catalogue`,
    async () => {
      const { body } = await organism('get_organ_capabilities', { skill });
      return body.skills.find((line: never) => right(line));
    },
    LISTED_MS,
  );

/** The skill that the README of organism shows. */
async function listing(): Promise<string> {
  const text = await readFile(join(root, 'services/organism/README.md'), 'utf8');
  return /^```ts\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? 'throw new Error("the README has no listing")';
}

/** The same skill, but its pages are those a test knows. */
async function ofKnownPages(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, 'skill-files/page_digest.ts'), 'utf8');
  return text.replaceAll('http_fetch', 'known_pages').replace("'page_digest'", "'known_digest'");
}

/** Events of skills that were told, from now on. */
async function heard(kind: string): Promise<readonly { task_id: string; data: unknown }[]> {
  const events: { task_id: string; data: unknown }[] = [];
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.emitted.${kind}`, {
    callback: (_error, message) => {
      events.push(message.json());
    },
  });
  await mesh.nats.flush();
  return events;
}

describe('organism.A22: a folder of skills', () => {
  test('ten broken files are named in health, each with its reason, and all others work', async () => {
    const before = (await organism('get_organ_capabilities')).body.catalogue_hash;
    for (const [file, { text }] of Object.entries(brokenFiles)) await writeFile(join(elsewhere, file), text);
    await drop('known_pages.ts');
    await writeFile(join(elsewhere, 'known_digest.ts'), await ofKnownPages());
    await drop('page_digest.ts');
    await drop('spinner.ts');
    await writeFile(join(elsewhere, 'word_count.ts'), await listing());
    const skill = await listed('page_digest', ({ agents }) => agents > 0);
    expect(skill).toMatchObject({
      ...{ version: '1.0.0', organs: ['utility_organ_1'], isolation: 'thread', idempotent: true, role: 'E', agents: 1 },
      ...{ consumes: ['url'], produces: ['word_counts'], uses: ['http_fetch'], p50_ms: null },
      input: { type: 'object', required: ['url'], properties: { top: { default: 5 } } },
    });
    expect((await organism('get_organ_capabilities')).body.catalogue_hash).not.toBe(before);
    const missing = await until('all ten to be named', async () => {
      const { body } = await mesh.call('organism', 'health');
      return body.missing.length === 10 ? body.missing : undefined;
    });
    const reasons = Object.fromEntries(missing.map((one: { name: string; detail: string }) => [one.name, one.detail]));
    for (const [file, { why }] of Object.entries(brokenFiles)) expect(reasons[`skill ${file}`]).toMatch(why);
  });

  test('the skill of thirty lines runs as it is written: it remembers, and tells others', async () => {
    const page = { status: 200, content_type: 'text/plain', body: 'One two one; two ONE three' };
    const url = 'https://example.org/words';
    const tried = await trySkill(pageDigest, { url, top: 1 }, { skills: { http_fetch: () => page } });
    expect(tried).toMatchObject({
      output: { words: 3, top: [{ word: 'one', n: 3 }] },
      put: { last_page: { url, words: 3 } },
      emitted: [{ kind: 'page_digested', data: { url } }],
    });
    const { body } = await organism('handle_task', { task: { type: 'page_digest', params: { url } } });
    // Nobody has allowed a host: the guard of http_fetch says so, and the skill with it.
    expect(body.error).toMatchObject({
      code: 'skill_failed',
      details: {
        code: 'call_failed',
        data: { skill: 'http_fetch', code: 'not_allowed', data: { host: 'example.org' } },
      },
    });
  });

  test('the skill of a file runs through a queue, calls another; what it leaves behind is kept and told once', async () => {
    await listed('known_digest', ({ agents }) => agents > 0);
    const events = await heard('page_digested');
    const task = { id: 'digest', type: 'known_digest', params: { url: 'https://example.org/words', top: 2 } };
    const { body } = await organism('handle_task', { task });
    expect(body).toMatchObject({
      ...{ state: 'succeeded', skill: 'known_digest', organ_id: 'utility_organ_1', quality: null },
      result: {
        words: 3,
        top: [
          { word: 'one', n: 3 },
          { word: 'two', n: 2 },
        ],
      },
    });
    await until('the event', () => events.length > 0);
    expect(events).toMatchObject([{ task_id: 'digest', skill: 'known_digest', data: { url: task.params.url } }]);
    const scope = `agent:${body.agent_id}`;
    const item = await until('the working item', async () => {
      const { body: got } = await mesh.call('state', 'get_item', { key: 'last_page', scope });
      return got.found ? got.value : undefined;
    });
    expect(item).toEqual({ url: task.params.url, words: 3 });
    const no = await organism('handle_task', {
      task: { ...task, id: 'image', params: { url: 'https://example.org/image' } },
    });
    expect(no.body.error).toMatchObject({
      code: 'skill_failed',
      details: { skill: 'known_digest', code: 'not_text', data: { content_type: 'image/png' } },
    });
    expect(events).toHaveLength(1);
  });

  test('the listing of the README runs', async () => {
    await listed('word_count', ({ agents }) => agents > 0);
    const { body } = await organism('handle_task', { task: { type: 'word_count', params: { text: 'one two' } } });
    expect(body.result).toEqual({ words: 2 });
  });

  test('one that spins is stopped for real when its time is over, and its agent goes on', async () => {
    await listed('spinner', ({ agents }) => agents > 0);
    const spin = (spins: boolean) => ({ task: { type: 'spinner', params: { spins } }, hints: { max_runs: 1 } });
    const { body } = await organism('handle_task', spin(true));
    expect(body.error).toMatchObject({ code: 'attempts_exhausted', details: { last: { code: 'timeout' } } });
    expect((await organism('handle_task', spin(false))).body).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    [{ organ_id: 'a.b' }, 'organ_id'],
    [{ organ_id: '*' }, 'organ_id'],
    [{ organ_id: 'a b' }, 'organ_id'],
    [{ organ_id: 'a'.repeat(65) }, 'organ_id'],
    [{ skill: '>' }, 'skill'],
    [{ organ_name: 'utility_organ_1' }, 'organ_name'],
    [{ skill: 7 }, 'skill'],
  ])('organism.A21, in part: %j is a bad request that names the field', async (input, field) => {
    const { code, body } = await organism('get_organ_capabilities', input);
    expect(code).toBe('400');
    expect(JSON.stringify(body.error)).toContain(field);
  });

  test('an input that does not fit its skill is an answer that names the field, and is not tried again', async () => {
    const { body } = await organism('handle_task', { task: { type: 'page_digest', params: { url: 'nowhere' } } });
    expect(body.error).toMatchObject({ code: 'skill_failed', details: { code: 'bad_input' } });
    expect(body.error.details.message).toContain('url');
  });

  test('a file that changes is run as it is now, in threads that have run it before as well', async () => {
    const version = (n: number) => `
      import { defineSkill } from '@seedcore/tasks/skill';
      import { z } from 'zod';
      export default defineSkill({
        name: 'which', version: '${n}.0.0', doc: 'Says which version it is.',
        input: z.strictObject({}), output: z.strictObject({ version: z.int() }),
        idempotent: true, isolation: 'thread', role: 'O', run: () => ({ version: ${n} }),
      });`;
    for (const n of [1, 2]) {
      await writeFile(join(elsewhere, 'which.ts'), version(n));
      await listed('which', ({ version, agents }) => version === `${n}.0.0` && agents > 0);
      const { body } = await organism('handle_task', { task: { type: 'which' } });
      expect(body.result).toEqual({ version: n });
    }
    await rm(join(elsewhere, 'which.ts'));
    await until('it to be gone', async () => {
      const { body } = await organism('get_organ_capabilities', { skill: 'which' });
      return body.skills.length === 0 || undefined;
    });
    expect((await organism('handle_task', { task: { type: 'which' } })).code).toBe('422');
  });
});

test('a skill made by `seedcore new skill` passes its own test, is in the catalogue without a restart, and runs', async () => {
  await mkdir(join(root, '.seedcore'), { recursive: true });
  const here = await mkdtemp(join(root, '.seedcore', 'test-skills-'));
  try {
    const seedcore = (...args: string[]) => run(process.execPath, [join(root, 'packages/cli/src/main.ts'), ...args]);
    const made = await seedcore('new', 'skill', 'word_tally', '--into', here);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const own = await run(process.execPath, ['--test', join(here, 'word_tally.test.ts')]);
    expect(own, own.stdout + own.stderr).toMatchObject({ code: 0 });
    expect(await seedcore('new', 'skill', 'word_tally', '--into', here)).toMatchObject({ code: 1 });
    const events = await heard('words_counted');
    for (const file of ['word_tally.ts', 'word_tally.test.ts']) await cp(join(here, file), join(elsewhere, file));
    await listed('word_tally', ({ agents }) => agents > 0);
    const input = JSON.stringify({ task: { type: 'word_tally', params: { text: 'one mesh, many skills' } } });
    const where = ['--server', mesh.url, '--ns', mesh.ns];
    const called = await seedcore(...where, 'call', 'organism', 'handle_task', input);
    expect(called, called.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(called.stdout)).toMatchObject({ state: 'succeeded', skill: 'word_tally', result: { words: 4 } });
    await until('the event', () => events.length > 0);
  } finally {
    await rm(here, { recursive: true });
  }
});
