import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Clock, MeshError } from '@seedcore/protocol';
import type { IsolateEnv } from '../../isolate/isolate-env.ts';
import { declareFile } from './declare-file.ts';
import type { Declared } from './declared.ts';

/** Most files of one folder that are looked at, and most bytes of one. */
const MAX_FILES = 200;
const MAX_BYTES = 262_144;
const SKILL_FILE = /^[^.].*\.(?:ts|mts|js|mjs)$/;
const NO_SKILL_FILE = /\.(?:test|d)\.[a-z]+$/;

/** A file of the folder as it is now. */
export type FoundFile = { readonly file: string; readonly version: string; readonly source: string };

/** Where skill files lie. */
export interface SkillFiles {
  /** @throws MeshError `unavailable` when the folder cannot be read */
  list(): Promise<readonly FoundFile[]>;
  declare(file: FoundFile): Promise<Declared>;
}

/** How a folder is read: whether somebody named it, and what the files in it are imported with. */
export type FolderOptions = { readonly clock: Clock; readonly env: IsolateEnv; readonly named: boolean };

/** The skill files of a folder; one that is not there holds none, unless somebody named it. */
export function skillFolder(folder: string, { named, ...how }: FolderOptions): SkillFiles {
  return {
    async list() {
      const names = (await namesIn(folder, named)).filter((name) => SKILL_FILE.test(name) && !NO_SKILL_FILE.test(name));
      return Promise.all(
        names
          .sort()
          .slice(0, MAX_FILES)
          .map((name) => found(folder, name)),
      );
    },
    async declare({ source, version }) {
      if (version === TOO_LARGE) return { ok: false, why: `is larger than ${MAX_BYTES} bytes` };
      if (version === UNREADABLE) return { ok: false, why: 'cannot be read', again: true };
      return declareFile(source, how);
    },
  };
}

const TOO_LARGE = 'too-large';
const UNREADABLE = 'unreadable';

async function namesIn(folder: string, named: boolean): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch (cause) {
    if (!named && isMissing(cause)) return [];
    const message = `the folder ${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new MeshError('unavailable', { target: 'skills', message, sent: false });
  }
}

const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';

/** Its content names its version, so that a thread which has imported an older one imports this one as well. */
async function found(folder: string, file: string): Promise<FoundFile> {
  const version = await versionOf(join(folder, file));
  const source = pathToFileURL(join(folder, file));
  source.searchParams.set('v', version);
  return { file, version, source: source.href };
}

async function versionOf(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    if (content.length > MAX_BYTES) return TOO_LARGE;
    return createHash('sha256').update(content).digest('hex').slice(0, 16);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return UNREADABLE;
    throw cause;
  }
}
