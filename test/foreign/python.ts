import { spawnSync } from 'node:child_process';
import { root } from '../support/program.ts';

/** True where there is a Python that can run the workers of packages/tasks/docs. */
export const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;

/** What a test says that cannot be run. */
export const NO_PYTHON = 'needs python3, 3.11 or newer, on the PATH: skipped here';

/** The listings that people read. */
export const listing = (name: string): string => `${root}packages/tasks/docs/${name}`;

/** Leaves nothing behind beside the sources. */
export const PYTHON_ENV = { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };

/** `nats://127.0.0.1:4222` as a worker is told it. */
export const addressOf = (url: string): string => new URL(url).host;
