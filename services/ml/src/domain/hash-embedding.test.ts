import { sha256 } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dot, embed, embeddingDims, embeddingModel } from './hash-embedding.ts';

const cosine = (a: string, b: string) => dot(embed(a), embed(b));

test('texts of the same words are near, of inflected words less, of other words not at all', () => {
  const query = 'agent memory drift detected';
  expect(cosine(query, 'drift detection in the agent memory')).toBeCloseTo(0.76, 2);
  expect(cosine('agents memories drifting detections', 'drift detection in the agent memory')).toBeCloseTo(0.51, 1);
  expect(Math.abs(cosine(query, 'bake bread with flour and water'))).toBeLessThan(0.1);
});

test('every text with a letter or digit has length 1', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const vector = embed(`x${text}`);
      expect(vector).toHaveLength(embeddingDims);
      expect(dot(vector, vector)).toBeCloseTo(1, 9);
    }),
  );
});

test('a vector is the same for ever, or the model has another name', () => {
  const text = embed('Pump 3 vibrates above 40 Hz');
  expect([embeddingModel, sha256(Buffer.from(Float32Array.from(text).buffer).toString('hex')).slice(0, 16)]).toEqual([
    'hash-384-v1',
    'c1c716789ad6d79b',
  ]);
});

test('case and compatibility forms make no difference', () => {
  expect(embed('ＤＲＩＦＴ of ﬁles')).toEqual(embed('drift of files'));
});

test('a text without letters and digits is all zeros', () => {
  expect(embed('… !').every((value) => value === 0)).toBe(true);
});
