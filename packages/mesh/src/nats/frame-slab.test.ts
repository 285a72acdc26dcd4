import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Frame, FrameSlab } from './frame-slab.ts';

const name = fc.stringMatching(/^[!-~]{1,40}$/);
const frame = fc.record<Frame>({
  subject: name,
  reply: fc.oneof(fc.constant(''), name),
  block: fc.oneof(fc.constant(''), fc.stringMatching(/^[ -~]{0,200}$/)),
  data: fc.uint8Array({ maxLength: 3_000 }),
});

/** The same by the letter of the protocol. */
function written({ subject, reply, block, data }: Frame): Buffer {
  const words = [block === '' ? 'PUB' : 'HPUB', subject, reply, block === '' ? '' : `${block.length}`];
  const line = [...words, `${block.length + data.length}`].filter((word) => word !== '').join(' ');
  return Buffer.concat([Buffer.from(`${line}\r\n${block}`), data, Buffer.from('\r\n')]);
}

test('what is taken is what was added since, and stays as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ frame, take: fc.boolean() }), { maxLength: 60 }), (script) => {
      let slab = new FrameSlab();
      const taken: Uint8Array[] = [];
      const added: Buffer[] = [];
      for (const { frame: one, take } of script) {
        if (!slab.fits(one)) {
          taken.push(slab.take());
          slab = new FrameSlab();
        }
        expect(slab.add(one)).toBe(true);
        added.push(written(one));
        if (take) taken.push(slab.take());
      }
      taken.push(slab.take());
      expect(Buffer.concat(taken).equals(Buffer.concat(added))).toBe(true);
      expect(slab.take()).toHaveLength(0);
    }),
  );
});

test('a head that is more than ASCII is not added, and nothing of it is left', () => {
  const slab = new FrameSlab();
  const one = { subject: 'a', reply: '', block: '', data: Uint8Array.of(1) };
  slab.add(one);
  expect(slab.add({ ...one, subject: 'größe' })).toBe(false);
  slab.add(one);
  expect(Buffer.from(slab.take()).toString('latin1')).toBe('PUB a 1\r\n\u0001\r\nPUB a 1\r\n\u0001\r\n');
});

test('it has room for about a hundred usual messages, and for the largest head and body when it is empty', () => {
  const slab = new FrameSlab();
  const one = { subject: 's'.repeat(40), reply: 'r'.repeat(60), block: 'b'.repeat(160), data: new Uint8Array(300) };
  let count = 0;
  for (; slab.fits(one); count++) slab.add(one);
  expect(count).toBeGreaterThan(80);
  const most = { subject: 's'.repeat(1_024), reply: 'r'.repeat(1_024), block: 'b'.repeat(4_096) };
  expect(new FrameSlab().fits({ ...most, data: new Uint8Array(16_384) })).toBe(true);
});
