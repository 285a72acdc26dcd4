import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { configValue } from './config-value.ts';
import { readerOf } from './knob-spec.ts';
import { knobs } from './knobs.ts';
import { CONFIG_BUCKET } from './mesh-config.ts';
import { settingsOf } from './settings.ts';

test('what operators have written is told by key, with what is wrong with it', async () => {
  const { kv } = memoryMesh({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const bucket = kv.bucket(CONFIG_BUCKET);
  const put = (key: string, text: string) => bucket.put(key, new TextEncoder().encode(text));
  await put('ml.chat.attempts', '2');
  await put('ml.attempts', 'often');
  await put('mesh.colour', 'red');
  await put('a.b.c.d', '1');
  await put('ml.hedge', 'on');
  await bucket.delete('ml.hedge');
  await put('ml.throttle', '');
  expect(await settingsOf(kv)).toEqual([
    { key: 'a.b.c.d', text: '1', problem: 'is not <service>[.<endpoint>].<knob> or mesh.<knob>' },
    { key: 'mesh.colour', text: 'red', problem: 'there is no knob colour' },
    { key: 'ml.attempts', text: 'often', problem: 'must be a whole number, 1 to 10' },
    { key: 'ml.chat.attempts', text: '2' },
  ]);
});

test.each([...knobs])('the example of %s is a value it takes', (_name, spec) => {
  const written = configValue(new TextEncoder().encode(spec.example.replace(/^'(.*)'$/, '$1')));
  expect(written.ok && readerOf(spec)(written.value)).toMatchObject({ ok: true });
  for (const other of spec.others ?? []) {
    const [text = ''] = /^(\{.*\}|\[)/.exec(other) ?? [];
    if (text !== '[') expect(readerOf(spec)(JSON.parse(text)), other).toMatchObject({ ok: true });
  }
});
