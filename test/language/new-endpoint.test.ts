import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { isRecord } from '@seedcore/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Program, root, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import type { notebook } from './notebook/contract.ts';

/** All that is written for a new endpoint: where it is declared, what it does, and that it is there. */
const DECLARED = `
    count: endpoint({
      doc: 'How many notes hold a word.',
      input: z.strictObject({ word: z.string().min(1).meta({ example: 'milk' }) }),
      output: z.object({ notes: z.int() }),
      idempotent: true,
    }),`;
const HANDLER = `
import { type Handler, ok } from '@seedcore/protocol';
import type { notebook } from '../contract.ts';

export function count(notes: string[]): Handler<typeof notebook.endpoints.count> {
  return ({ word }) => ok({ notes: notes.filter((note) => note.includes(word)).length });
}
`;
const LINE = '\n    count: count(notes),';
/** The line needs its import, as every line does. */
const IMPORT = "import { count } from './endpoints/count.ts';\n";

let server: RunningServer;
let folder: string;
let program: Program | undefined;

beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server?.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-notebook-'));
  cpSync(new URL('./notebook', import.meta.url), folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterEach(async () => {
  await program?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function change(file: string, how: (text: string) => string): void {
  const path = join(folder, file);
  const [before, after] = [readFileSync(path, 'utf8'), how(readFileSync(path, 'utf8'))];
  if (after === before) throw new Error(`${file} has no place for it`);
  writeFileSync(path, after);
}

function addCount(): void {
  change('contract.ts', (text) => text.replace('endpoints: {', `endpoints: {${DECLARED}`));
  writeFileSync(join(folder, 'endpoints/count.ts'), HANDLER);
  change('service.ts', (text) => IMPORT + text.replace('implement(notebook, {', `implement(notebook, {${LINE}`));
}

async function serve(): Promise<void> {
  const env = { NATS_URL: server.url, LOG_PRETTY: 'false' };
  program = new Program(process.execPath, [join(folder, 'main.ts')], { env });
  await program.printed(/"msg":"ready"/);
}

const seedcore = (...args: readonly string[]) =>
  run(process.execPath, [join(root, 'packages/cli/src/main.ts'), ...args, '--server', server.url]);

/** What one of the built-in endpoints says, as text. */
const told = async (builtin: string) => (await seedcore('call', 'notebook', builtin)).stdout;

test('without it nobody knows of it', async () => {
  await serve();
  expect([await told('help'), await told('schema'), await told('info')].join('\n')).not.toContain('count');
  expect(await seedcore('call', 'notebook', 'count', '{"word":"milk"}')).toMatchObject({ stdout: '', code: 64 });
});

describe('mesh.A1: one declaration, one handler and one line later, and nothing else touched', () => {
  beforeEach(addCount);

  test('it is served, described, and a command', async () => {
    await serve();
    await seedcore('call', 'notebook', 'write', '{"note":"buy milk"}');
    const asked = await seedcore('call', 'notebook', 'count', '{"word":"milk"}', '--json');
    expect(JSON.parse(asked.stdout || '""'), asked.stderr).toEqual({ notes: 1 });
    expect(await told('help')).toMatch(
      /count {2}How many notes hold a word\. \[idempotent, 5000 ms\]\n.*"word":"milk"/,
    );
    expect((await seedcore('info', 'notebook', 'count')).stdout).toContain('How many notes hold a word.');
    const schema: unknown = JSON.parse((await seedcore('call', 'notebook', 'schema', '--json')).stdout);
    expect(isRecord(schema) && schema['endpoints']).toMatchObject({
      count: { idempotent: true, input: { required: ['word'] }, output: { required: ['notes'] } },
    });
  });

  test('it has a method of the client, and a misspelt field is refused by name', async () => {
    await serve();
    const { notebook: grown }: { notebook: typeof notebook } = await import(
      pathToFileURL(join(folder, 'contract.ts')).href
    );
    const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
    const client: unknown = mesh.client(grown);
    const method = isRecord(client) ? client['count'] : undefined;
    if (typeof method !== 'function') throw new Error('the client has no such method');
    expect(await method({ word: 'milk' })).toMatchObject({ ok: true, value: { notes: 0 } });
    await mesh.close();
    const wrong = await seedcore('call', 'notebook', 'count', '{"wrod":"milk"}');
    expect(wrong.stderr).toContain('/wrod');
  });

  test('it compiles, and without its handler it would not', async () => {
    writeFileSync(join(folder, 'tsconfig.json'), `{"extends":${JSON.stringify(join(root, 'tsconfig.base.json'))}}`);
    const compile = () => run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    expect((await compile()).stdout).toBe('');
    change('service.ts', (text) => text.replace(LINE, ''));
    expect((await compile()).stdout).toMatch(/service\.ts\(\d+,\d+\): error TS.*count/s);
  });
});
