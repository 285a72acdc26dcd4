import type { Skill } from '@seedcore/contracts';
import { propertiesOf, requiredOf, shapeProblems } from './json-shape.ts';

/** What a plan may start from: parameters of the task by name, inputs by type. */
export type Given = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly type: string; readonly value?: unknown }[];
};

/** What one skill gets from the start, and what it still needs from other steps. */
export type Filling = {
  readonly params: Readonly<Record<string, unknown>>;
  /** Types (and names of required parameters) without a value, in the order the skill declares them. */
  readonly open: readonly string[];
};

/** Fills the parameters of `skill` from what is given; a value its schema refuses is left out. */
export function fillFromGiven(skill: Skill, given: Given): Filling {
  const properties = propertiesOf(skill.input);
  const needs = [...new Set([...skill.consumes, ...requiredOf(skill.input)])];
  const names = [...new Set([...needs, ...Object.keys(properties)])];
  const filled = new Map(
    names.flatMap((name): [string, unknown][] => {
      const value = givenValue(name, given);
      const usable = value !== undefined && shapeProblems(properties[name], value).length === 0;
      return usable ? [[name, value]] : [];
    }),
  );
  const params = [...filled].filter(([name]) => takesParameter(skill, name));
  return { params: Object.fromEntries(params), open: needs.filter((name) => !filled.has(name)) };
}

/** A type that is no parameter of the skill orders steps and fills nothing. */
export function takesParameter(skill: Skill, name: string): boolean {
  const properties = propertiesOf(skill.input);
  return Object.hasOwn(properties, name) || (Object.keys(properties).length === 0 && skill.consumes.includes(name));
}

function givenValue(name: string, given: Given): unknown {
  if (Object.hasOwn(given.params, name)) return given.params[name];
  return given.inputs.find((input) => input.type === name)?.value;
}
