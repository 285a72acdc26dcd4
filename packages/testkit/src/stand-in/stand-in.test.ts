import { implement, ok } from '@seedcore/protocol';
import { sample, startService } from '@seedcore/runtime/testing';
import { expect, test } from 'vitest';
import { standIn } from './stand-in.ts';

test('a stand-in answers what it was given for, and says of the rest that nobody expected it', async () => {
  const service = startService(implement(sample, standIn(sample, { echo: ({ text }) => ok({ text }) })));
  expect(await service.echo({ text: 'a' })).toEqual({ ok: true, value: { text: 'a' } });
  await expect(service.careful({})).rejects.toMatchObject({ code: 'internal' });
});
