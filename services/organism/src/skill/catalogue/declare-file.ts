import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@seedcore/protocol';
import type { IsolateEnv } from '../../isolate/isolate-env.ts';
import { OUT_OF_MEMORY_EXIT } from '../../isolate/process-exit.ts';
import type { Declared } from './declared.ts';

const ENTRY = fileURLToPath(new URL('./main-declare.ts', import.meta.url));
/** Longest import of one file, in ms: a process starts in a tenth of that even when a machine is busy. */
const LIMIT_MS = 8000;
const MAX_WHY = 400;

/** Imports a skill file in a process of its own, which is ended when it takes too long, and tells what it declares. */
export function declareFile(url: string, { clock, env }: { clock: Clock; env: IsolateEnv }): Promise<Declared> {
  const { promise, resolve } = Promise.withResolvers<Declared>();
  const child = fork(ENTRY, [url], {
    env,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timer = clock.after(LIMIT_MS, () => {
    resolve({ ok: false, why: `was not imported within ${LIMIT_MS / 1000} s`, again: true });
    child.kill('SIGKILL');
  });
  child.on('message', (message) => resolve(shortened(message as Declared)));
  child.on('error', (cause) => resolve({ ok: false, why: cause.message, again: true }));
  child.on('exit', (code, signal) => resolve({ ok: false, why: whyGone(code, signal) }));
  return promise.finally(() => timer.cancel());
}

const shortened = (declared: Declared): Declared =>
  declared.ok ? declared : { ...declared, why: declared.why.slice(0, MAX_WHY) };

/** How Node ends when nothing is left to do and the import still waits. */
const NEVER_SETTLED = 13;

function whyGone(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === NEVER_SETTLED) return 'never comes to the end of its import';
  if (signal === 'SIGABRT' || code === OUT_OF_MEMORY_EXIT) return 'used more memory than it may while it was imported';
  return `ended its process while it was imported (${signal ?? `exit ${code}`})`;
}
