import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, run } from '../support/program.ts';

// Run as they are shown; the listings of other packages need a mesh around them and have tests of their own.
test.each(['nats-dev', 'testkit'])('the listing of packages/%s/README.md runs', async (name) => {
  const text = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
  // Not in the repository, whose folders other tests read meanwhile.
  const folder = mkdtempSync(join(tmpdir(), `seedcore-listing-${name}-`));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const file = join(folder, 'listing.ts');
    writeFileSync(file, /^```ts\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? 'throw new Error("the README has no listing");');
    const done = await run(process.execPath, [file]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
