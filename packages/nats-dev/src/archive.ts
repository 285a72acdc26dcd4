import { gunzipSync, inflateRawSync } from 'node:zlib';

const maxProgramBytes = 256 * 1024 * 1024;

/** Takes one file out of a `.tar.gz`; `undefined` when it is not inside. */
export function readTarGz(archive: Uint8Array, path: string): Uint8Array | undefined {
  const tar = gunzipSync(archive, { maxOutputLength: maxProgramBytes });
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = field(tar, at, 100);
    if (name === '') return undefined;
    const size = Number.parseInt(field(tar, at + 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`damaged tar header at byte ${at}`);
    if (name.replace(/^\.\//, '') === path) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}

/** Takes one file out of a zip; `undefined` when it is not inside. */
export function readZip(archive: Uint8Array, path: string): Uint8Array | undefined {
  const zip = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new RangeError('not a zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === path) return zipEntry(zip, at);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

/** Reads the data of the entry whose central-directory record starts at `record`. */
function zipEntry(zip: Buffer, record: number): Uint8Array {
  const method = zip.readUInt16LE(record + 10);
  const packed = zip.readUInt32LE(record + 20);
  const local = zip.readUInt32LE(record + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(start, start + packed);
  if (method === 0) return data;
  if (method === 8) return inflateRawSync(data, { maxOutputLength: maxProgramBytes });
  throw new RangeError(`zip compression method ${method} is not supported`);
}

function field(tar: Buffer, at: number, length: number): string {
  return tar.toString('latin1', at, at + length).replace(/\0.*$/s, '');
}
