import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { silentLog } from '../log/log.ts';
import { sample } from '../testing/sample-service.ts';
import { ForbiddenEndpoints } from './forbidden-endpoints.ts';

test('an endpoint the broker forbids is named, whatever else goes wrong is only logged', () => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (...line: unknown[]) => void logged.push(line) };
  const forbidden = new ForbiddenEndpoints(sample, 'test', log);
  forbidden.defect('test.svc.sample.echo', new Error('odd'));
  forbidden.defect('test.evt.sample.x', new MeshError('forbidden', { target: 'test.evt.sample.x' }));
  expect(forbidden.troubles()).toEqual([]);
  forbidden.defect('test.svc.sample.echo', new MeshError('forbidden', { target: 'test.svc.sample.echo' }));
  expect(forbidden.troubles()).toEqual(['the broker forbids to serve echo']);
  expect(logged).toHaveLength(3);
});
