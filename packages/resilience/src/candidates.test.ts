import fc from 'fast-check';
import { expect, test } from 'vitest';
import { candidates, type Standing, standings } from './candidates.ts';

const instance = fc.record({ id: fc.nat(), standing: fc.constantFrom<Standing>(...standings) });

test('mesh.S27: a draining, gone or ejected instance is chosen only when nothing else exists', () => {
  fc.assert(
    fc.property(fc.array(instance, { minLength: 1, maxLength: 20 }), (instances) => {
      const chosen = candidates(instances);
      expect(chosen.length).toBeGreaterThan(0);
      const best = Math.min(...instances.map(({ standing }) => standings.indexOf(standing)));
      expect(chosen).toEqual(instances.filter(({ standing }) => standings.indexOf(standing) === best));
    }),
  );
  expect(candidates([])).toEqual([]);
});
