import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GuardianJob, GuardianNews } from './guardian-job.ts';

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** One run of a server under its guardian. */
export interface GuardedRun {
  /** Process number of the server. */
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<ServerExit>;
  /** Asks for the end: SIGTERM, SIGKILL after 5 s. Resolves when the guardian is gone. */
  stop(): Promise<void>;
}

/** Starts a server under a guardian of its own, out of reach of the signals of a terminal. */
export async function startGuarded(job: GuardianJob): Promise<GuardedRun> {
  const jobFile = `${job.config}.job`;
  writeFileSync(jobFile, JSON.stringify(job));
  const guardian = spawn(process.execPath, [fileURLToPath(new URL('./main-guardian.ts', import.meta.url)), jobFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    windowsHide: true,
    env: withoutInspector(process.env),
  });
  guardian.stdin?.on('error', () => undefined); // it may be gone already; `gone` below tells
  const gone = new Promise<void>((resolve) => guardian.once('close', () => resolve()));
  const { pid, ended } = await firstNews(guardian, gone);
  return {
    pid,
    ended,
    stop: async () => {
      guardian.stdin?.end('keep\n');
      await gone;
    },
  };
}

/** A debugger's options would make the guardian wait for the debugger. */
function withoutInspector({ NODE_OPTIONS, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return NODE_OPTIONS && !NODE_OPTIONS.includes('inspect') ? { ...env, NODE_OPTIONS } : env;
}

function firstNews(guardian: ChildProcess, gone: Promise<void>): Promise<{ pid: number; ended: Promise<ServerExit> }> {
  return new Promise((resolve, reject) => {
    let tellEnd: (exit: ServerExit) => void = () => undefined;
    const ended = new Promise<ServerExit>((settle) => {
      tellEnd = settle;
    });
    if (guardian.stdout) {
      createInterface({ input: guardian.stdout }).on('line', (line) => {
        const news: GuardianNews = JSON.parse(line);
        if (news.event === 'started') resolve({ pid: news.pid, ended });
        else if (news.event === 'refused') reject(new Error(news.why));
        else tellEnd({ code: news.code, signal: news.signal });
      });
    }
    guardian.once('error', reject);
    void gone.then(() => {
      reject(new Error('the guardian process ended before the server started'));
      tellEnd({ code: null, signal: null });
    });
  });
}
