import { expect, test } from 'vitest';
import { learntSkills } from './learnt-skills.ts';

const builtIn = (skill: string) => ['a', 'b'].includes(skill);
const organ = { skills: ['a', 'b', 'new'] };

test('an agent with every built-in skill of its organ learns what that learns', () => {
  expect(learntSkills({ skills: ['a', 'b'] }, organ, builtIn)).toEqual(['new']);
  expect(learntSkills({ skills: ['a', 'b', 'new'] }, organ, builtIn)).toEqual([]);
});

test('one that was made for some of them keeps to these', () => {
  expect(learntSkills({ skills: ['a'] }, organ, builtIn)).toEqual([]);
  expect(learntSkills({ skills: ['a', 'b'] }, undefined, builtIn)).toEqual([]);
});
