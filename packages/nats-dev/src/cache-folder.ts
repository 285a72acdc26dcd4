import { join, win32 } from 'node:path';
import type { Environment } from './proxy.ts';

/** What decides where downloads are kept. */
export interface CacheHost {
  readonly env: Environment;
  readonly platform: string;
  readonly home: string;
  readonly temporary: string;
  readonly user: string;
}

/** Folders for downloaded programs, best first: the user's cache, else a private folder among temporary files. */
export function cacheFolders({ env, platform, home, temporary, user }: CacheHost): string[] {
  if (platform === 'win32')
    return [win32.join(env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), 'seedcore')];
  return [join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'seedcore'), join(temporary, `seedcore-cache-${user}`)];
}
