import { expect, test } from 'vitest';
import { chosenServices, serviceNames } from './service-names.ts';

test('all six unless told otherwise', () => {
  expect(chosenServices(undefined)).toEqual(serviceNames);
  expect(chosenServices('state, ml')).toEqual(['ml', 'state']);
});

test('a misspelt service is named, with the one that was meant', () => {
  expect(() => chosenServices('ml,organsim')).toThrow('there is no service "organsim"; did you mean "organism"?');
});
