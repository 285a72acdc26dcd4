import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Running } from './running.ts';

test('whatever enters and leaves, it holds what a set would hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9))), (steps) => {
      const members = Array.from({ length: 10 }, (_, id) => ({ id, place: 0 }));
      const running = new Running<(typeof members)[number]>();
      const model = new Set<(typeof members)[number]>();
      for (const [enters, id] of steps) {
        const member = members[id];
        if (member === undefined) continue;
        if (!enters) expect(running.delete(member)).toBe(model.delete(member));
        else if (!model.has(member)) {
          running.add(member);
          model.add(member);
        }
        expect(running.size).toBe(model.size);
        expect(new Set(running)).toEqual(model);
      }
    }),
  );
});
