import type { Kv } from '../kv/kv.ts';
import { configValue } from './config-value.ts';
import { partsOf } from './knob.ts';
import { problemText, readerOf } from './knob-spec.ts';
import { knobs } from './knobs.ts';
import { CONFIG_BUCKET } from './mesh-config.ts';

/** What is written under one key, and what is wrong with it as far as the key itself shows. */
export type Setting = { readonly key: string; readonly text: string; readonly problem?: string };

/** Everything operators have written, by key; nothing without JetStream. */
export async function settingsOf(kv: Kv): Promise<readonly Setting[]> {
  const found = new Map<string, Uint8Array>();
  const watch = kv.bucket(CONFIG_BUCKET).watch(({ key, value }) => {
    if (value === undefined || value.length === 0) found.delete(key);
    else found.set(key, value);
  });
  await watch.ready;
  watch.stop();
  return [...found].map(([key, bytes]) => settingOf(key, bytes)).sort((a, b) => a.key.localeCompare(b.key));
}

function settingOf(key: string, bytes: Uint8Array): Setting {
  const text = new TextDecoder().decode(bytes).trim();
  const problem = problemOf(key, bytes);
  return problem === undefined ? { key, text } : { key, text, problem };
}

function problemOf(key: string, bytes: Uint8Array): string | undefined {
  const parts = partsOf(key);
  if (parts === undefined) return 'is not <service>[.<endpoint>].<knob> or mesh.<knob>';
  const spec = knobs.get(parts.name);
  if (spec === undefined) return `there is no knob ${parts.name}`;
  const written = configValue(bytes);
  const read = written.ok ? readerOf(spec)(written.value) : written;
  return read.ok ? undefined : problemText(read.problems);
}
