import { describe, expect, test } from 'vitest';
import { brokerProblem, isOlder } from './broker-check.ts';

describe('a broker', () => {
  const broker = { name: 'n', version: '2.12.6', apiLevel: 2 };

  test.each([
    [broker],
    [{ ...broker, version: '2.15.1', apiLevel: 5 }],
    [{ ...broker, version: '3.0.0-RC.1' }],
    [{ ...broker, apiLevel: undefined }],
  ])('%j will do', (facts) => {
    expect(brokerProblem(facts)).toBeUndefined();
  });

  test('that is too old is refused with both versions and how to get one', () => {
    const error = brokerProblem({ ...broker, version: '2.10.29' });
    expect(error?.message).toMatch(
      /^nats-server 2\.10\.29 is too old: 2\.12\.6 or newer is needed .*npm start.*brew install/,
    );
    expect(brokerProblem({ ...broker, apiLevel: 1 })?.message).toContain(
      'level 1 of nats-server 2.12.6 is too old: level 2',
    );
  });

  test.each([
    ['2.12.5', true],
    ['2.12.6', false],
    ['2.9.99', true],
    ['2.13.0', false],
    ['1.99.99', true],
    ['10.0.0', false],
    ['nonsense', true],
  ])('%s older than 2.12.6: %s', (version, older) => {
    expect(isOlder(version, '2.12.6')).toBe(older);
  });
});
