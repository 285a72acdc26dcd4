import type { Vector } from '@seedcore/contracts';

const BYTES = 4;

/** Numbers as a vector travels: little-endian 32-bit floats in base64. */
export function vectorOf(numbers: readonly number[]): Vector {
  const bytes = new DataView(new ArrayBuffer(BYTES * numbers.length));
  for (const [i, value] of numbers.entries()) bytes.setFloat32(BYTES * i, value, true);
  return { dim: numbers.length, f32: btoa(String.fromCharCode(...new Uint8Array(bytes.buffer))) };
}

/** The numbers of a vector that has travelled. @throws RangeError when it is not as long as it says */
export function numbersOf({ dim, f32 }: Vector): number[] {
  const bytes = Uint8Array.from(atob(f32), (char) => char.charCodeAt(0));
  if (bytes.length !== BYTES * dim) throw new RangeError(`${bytes.length} bytes are not ${dim} numbers`);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: dim }, (_, i) => view.getFloat32(BYTES * i, true));
}
