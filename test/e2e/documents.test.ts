import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program, root, run } from '../support/program.ts';
import { type Supervised, startSupervised } from '../support/supervised.ts';

/** Every document a person is sent to. */
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...['packages', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`),
  ),
];

type Listing = { readonly where: string; readonly language: string; readonly text: string };

function listingsOf(document: string): Listing[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = ''], i) => ({
    where: `${document} listing ${i + 1}`,
    language,
    text: body,
  }));
}

const listings = documents.flatMap(listingsOf);

/** Commands shown by a listing, without comments; output lines of a listing are indented. */
const commands = listings
  .filter(({ language }) => language === 'sh')
  .flatMap(({ where, text }) =>
    text.split('\n').map((line) => ({ where, line: line.replace(/\s+#.*$/, '').trimEnd() })),
  )
  .filter(({ line }) => /^\S/.test(line) && !line.startsWith('#'));

/** Shown by documents, run by other tests: fresh-clone, compose and the test command itself. */
const elsewhere =
  /^(git clone|cd |npm start|npm test|npm run|npx seedcore (up|down)|docker compose|bash infra|node infra|\.ci\/run|SEEDCORE_|node services)/;
/** These do not end by themselves: they must start and stay. */
const endless = /^(nats sub|nats kv watch|npx seedcore task watch|npx seedcore worker)/;

test.each(documents)('%s is there', (document) => {
  expect(readFileSync(join(root, document), 'utf8').length).toBeGreaterThan(200);
});

test('every TypeScript listing compiles', async () => {
  // Not in the repository, whose folders other tests read meanwhile.
  const folder = mkdtempSync(join(tmpdir(), 'seedcore-listings-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const [i, { where, text }] of listings.filter(({ language }) => language === 'ts').entries())
      writeFileSync(join(folder, `listing-${i}.ts`), `// ${where}\n${text}\nexport {};\n`);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions: { noUnusedLocals: false } }),
    );
    const checked = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    expect(checked.stdout + checked.stderr).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('with a mesh running', () => {
  let mesh: Supervised;
  beforeAll(async () => {
    mesh = await startSupervised();
  });
  afterAll(() => mesh?.stop());

  const shown = commands.filter(({ line }) => !elsewhere.test(line));
  test.each(shown.map(({ where, line }) => [line, where] as const))('%s (%s)', async (line) => {
    const env = { ...paths(), NATS_URL: mesh.url, NATS_TIMEOUT: '30s', SEEDCORE_DATA: mesh.dataDir };
    if (!endless.test(line)) {
      const done = await run('bash', ['-c', line], { env });
      expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
      expect(done.stdout).not.toContain('"code":"bad_request"');
      return;
    }
    const program = new Program('bash', ['-c', `exec ${line}`], { env, group: true });
    try {
      await program.printed(/\S/);
      expect(program.child.exitCode).toBe(null);
    } finally {
      await program.stop('SIGKILL');
    }
  });
});

/** A PATH with the programs the documents speak of: the nats CLI and the repository's own. */
function paths(): Record<string, string> {
  const cli = (process.env['SEEDCORE_NATS_CLI'] ?? '').replace(/\/[^/]*$/, '');
  return { PATH: `${root}node_modules/.bin:${cli}:${process.env['PATH']}` };
}
