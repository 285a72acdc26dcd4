import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTarGz, readZip } from './archive.ts';

const program = Buffer.from('#!/bin/sh\n'.repeat(200));

test('a program is taken out of a tar.gz', () => {
  const archive = gzipSync(Buffer.concat([tarEntry('x/README.md', Buffer.from('hi')), tarEntry('x/prog', program)]));
  expect(readTarGz(archive, 'x/prog')).toEqual(program);
});

test('a file that is not in a tar.gz gives nothing', () => {
  const archive = gzipSync(Buffer.concat([tarEntry('x/prog', program), Buffer.alloc(1024)]));
  expect(readTarGz(archive, 'x/absent')).toBeUndefined();
});

test('a tar.gz cut short is an error, not half a program', () => {
  const archive = gzipSync(tarEntry('x/prog', program));
  expect(() => readTarGz(archive.subarray(0, 30), 'x/prog')).toThrow();
});

test.each(['stored', 'deflated'] as const)('a %s program is taken out of a zip', (method) => {
  expect(readZip(zip('x/prog.exe', program, method), 'x/prog.exe')).toEqual(program);
});

test('bytes that are no zip are refused', () => {
  expect(() => readZip(program, 'x/prog.exe')).toThrow('not a zip archive');
});

function tarEntry(name: string, data: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

function zip(name: string, data: Buffer, method: 'stored' | 'deflated'): Buffer {
  const packed = method === 'stored' ? data : deflateRawSync(data);
  const code = method === 'stored' ? 0 : 8;
  const local = Buffer.alloc(30);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt16LE(code, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}
