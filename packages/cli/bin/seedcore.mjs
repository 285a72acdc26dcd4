#!/usr/bin/env node
/**
 * The `seedcore` command for whatever Node the machine has: a Node that strips types runs the sources itself, an older
 * one hands over to the Node pinned among the dependencies. Plain JavaScript for old Nodes.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(folder, 'src', 'main.ts');
/** Where compiled code is kept: before the first line of TypeScript, or each command loads a compiler to strip that one. */
const cache = process.env.NODE_COMPILE_CACHE ?? join(folder, '..', '..', 'node_modules', '.cache', 'seedcore');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache(cache);
  await import(pathToFileURL(main).href);
} else {
  handOver();
}

function handOver() {
  const pinned = join(
    folder,
    '..',
    '..',
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(pinned)) {
    console.error(
      `Node 22.18 or newer is needed; this is ${process.versions.node}, and the pinned one is not installed: run "npm ci".`,
    );
    process.exit(69);
  }
  const child = spawn(pinned, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  // Ctrl-C reaches the child through the terminal; other signals are handed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)));
}
