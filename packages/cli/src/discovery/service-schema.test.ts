import { expect, test } from 'vitest';
import { known, readServiceSchema } from './service-schema.ts';

test('a description is read, and what is not as expected is left out', () => {
  const schema = readServiceSchema({
    service: 'ml',
    version: '1',
    contract: 'c',
    endpoints: { rerank: { doc: 'd', subject: 's', input: {}, idempotent: true, deadline_ms: 7 }, odd: 3 },
    events: { scored: { doc: 'e', subject: 't', kind: 'lossy' } },
  });
  expect(schema.endpoints).toHaveLength(1);
  expect(schema.endpoints[0]).toMatchObject({ name: 'rerank', deadlineMs: 7, idempotent: true, failures: {} });
  expect(schema.events).toEqual([{ name: 'scored', subject: 't', doc: 'e', kind: 'lossy' }]);
  expect(readServiceSchema({})).toMatchObject({ service: '', endpoints: [], events: [] });
});

test('an unknown name is refused with what was probably meant', () => {
  expect(known('there is no service', 'ml', ['ml', 'state'])).toBe('ml');
  expect(() => known('there is no service', 'stat', ['ml', 'state'])).toThrow(
    'there is no service "stat"; did you mean "state"?',
  );
  expect(() => known('there is no service', 'zzzzzzzz', ['ml'])).toThrow('known: ml');
});
