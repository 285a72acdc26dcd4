import type { Json } from '@seedcore/protocol';
import { z } from 'zod';
import type { Skill, SkillProgram } from '../define-skill.ts';

/** Longest schema of one side, in characters of JSON. */
const MAX_SCHEMA = 65_536;

/** A JSON Schema. */
export type JsonSchema = { readonly [key: string]: Json };

/** A skill as everybody may know it: what it declares, with its schemas as JSON. */
export type SkillCard = Skill & { readonly input: JsonSchema; readonly output: JsonSchema };

/**
 * Describes a skill.
 *
 * @throws TypeError when a schema cannot be said as JSON Schema
 */
export function cardOf(skill: SkillProgram): SkillCard {
  const { run: _, checker: __, parks: ___, failures, input, output, ...facts } = skill;
  for (const [code, schema] of Object.entries(failures)) jsonSchema(`failure ${code}`, schema, 'output');
  return {
    ...facts,
    input: jsonSchema('input', input, 'input'),
    output: jsonSchema('output', output, 'output'),
  };
}

function jsonSchema(what: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  let text: string;
  try {
    text = JSON.stringify(z.toJSONSchema(schema, { io }));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`${what} cannot be said as JSON Schema: ${why}`, { cause });
  }
  if (text.length > MAX_SCHEMA) throw new TypeError(`${what}: a schema of more than ${MAX_SCHEMA} characters`);
  const { $schema: _, ...plain } = JSON.parse(text);
  return plain;
}
