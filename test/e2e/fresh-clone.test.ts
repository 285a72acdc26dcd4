import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root, run } from '../support/program.ts';

/** Installing takes most of it. */
const PATIENCE_MS = 280_000;

let folder: string;
let clone: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-clone-'));
  clone = join(folder, 'mesh');
  const cloned = await run('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { env: machine() });
  expect(cloned, cloned.stderr).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment of a person's shell: the Node and npm of the machine, nothing of this repository. */
function machine(): Record<string, string> {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules'));
  return { PATH: path.join(delimiter), CI: '', SEEDCORE_NATS_SERVER: '' };
}

test(
  'git clone and npm start: the sample’s table, a mesh that stays up, and Ctrl-C that drains and exits with 0',
  async () => {
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
    const start = ['start', '--', '--port', '0', '--data', join(folder, 'data')];
    const first = new Program('npm', start, { cwd: clone, env: machine(), group: true });
    try {
      await first.printed(/Installed in \d+ s/, PATIENCE_MS);
      await first.printed(/wait: a wait whose worker is killed.*succeeded|a wait whose worker is killed/, 120_000);
      await first.printed(/Ctrl-C finishes/, 120_000);
      for (const name of ['ml', 'energy', 'state', 'cognitive', 'organism', 'coordinator'])
        expect(first.output).toMatch(new RegExp(`^${name}\\s+ready in`, 'm'));

      const second = await run('npm', start, { cwd: clone, env: machine() });
      expect(second.stdout + second.stderr).toMatch(/running/);
      expect(first.child.exitCode).toBe(null);

      first.interrupt();
      expect(await first.ended()).toBe(0);
    } finally {
      await first.stop('SIGKILL');
    }
  },
  PATIENCE_MS + 200_000,
);
