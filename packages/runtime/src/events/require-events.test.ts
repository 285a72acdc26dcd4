import { event, service } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { requireEvents } from './require-events.ts';

const data = z.strictObject({});
const contract = (kind: 'lossy' | 'durable') =>
  service('town', {
    doc: '',
    version: '1.0.0',
    endpoints: {},
    events: { bellRang: event({ doc: '', data, kind: 'lossy' }), lawPassed: event({ doc: '', data, kind }) },
  });

test('a service with durable events does not start without a place to keep them', () => {
  expect(() => requireEvents(contract('durable'), { keepsEvents: false })).toThrow(/^town: law_passed is durable, so/);
  requireEvents(contract('durable'), { keepsEvents: true });
  requireEvents(contract('lossy'), { keepsEvents: false });
});
