import { expect, test } from 'vitest';
import { learntSkills } from './learnt-skills.ts';

const kinds = {
  isBuiltIn: (skill: string) => ['a', 'b'].includes(skill),
  isRemote: (skill: string) => skill === 'far',
};
const organ = { skills: ['a', 'b', 'new', 'far'] };

test('an agent with every built-in skill of its organ learns what that learns', () => {
  expect(learntSkills({ skills: ['a', 'b'] }, organ, kinds)).toEqual(['new']);
  expect(learntSkills({ skills: ['a', 'b', 'new'] }, organ, kinds)).toEqual([]);
});

test('one that was made for some of them keeps to these', () => {
  expect(learntSkills({ skills: ['a'] }, organ, kinds)).toEqual([]);
  expect(learntSkills({ skills: ['a', 'b'] }, undefined, kinds)).toEqual([]);
});

test('nobody learns what only workers have, and a place of a worker learns nothing', () => {
  expect(learntSkills({ skills: [] }, { skills: ['far'] }, kinds)).toEqual([]);
  expect(learntSkills({ skills: ['far'], worker: 'w' }, { skills: ['far', 'new'] }, kinds)).toEqual([]);
});
