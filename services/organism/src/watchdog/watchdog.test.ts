import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

// Real processes on a busy machine: slow to start, never waited for by time.
vi.setConfig({ testTimeout: 60_000 });

const ENTRY = fileURLToPath(new URL('../testing/main-blocked.ts', import.meta.url));

/** Runs a process with a watchdog of so much patience, whose main loop is blocked for so long. */
async function blocked(frozenMs: number, blockedMs: number) {
  const child = spawn(process.execPath, [ENTRY, String(frozenMs), String(blockedMs)]);
  const [[code, signal], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, signal, out, err };
}

test('organism.A13: a process whose main loop is frozen ends itself, and says so', async () => {
  const end = await blocked(1000, 50_000);
  expect(end).toMatchObject({ code: null, signal: 'SIGKILL', out: '' });
  expect(end.err).toContain('the main loop has stood still for 1 s');
});

test('organism.A13: one that is only slow goes on, and its watchdog keeps nobody from leaving', async () => {
  expect(await blocked(40_000, 200)).toMatchObject({ code: 0, signal: null, out: 'turned again\n' });
});
