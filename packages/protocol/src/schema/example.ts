import { z } from 'zod';
import { isRecord } from '../json.ts';

/**
 * A minimal input that validates: `example` metadata where there is some, else defaults, else the least the schema takes.
 * Fields that have a default or are optional are left out.
 */
export function exampleOf(schema: z.ZodType): unknown {
  return minimal(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

/** The same, of a node of a JSON Schema. */
export const exampleOfSchema = (node: unknown): unknown => minimal(node);

function minimal(node: unknown): unknown {
  if (!isRecord(node)) return {};
  if ('example' in node) return node['example'];
  if ('const' in node) return node['const'];
  if (Array.isArray(node['enum'])) return node['enum'][0];
  if ('default' in node) return node['default'];
  const choices = node['anyOf'] ?? node['oneOf'];
  if (Array.isArray(choices)) return minimal(choices[0]);
  return byType(node);
}

function byType(node: Record<string, unknown>): unknown {
  const type: unknown = Array.isArray(node['type']) ? node['type'][0] : node['type'];
  switch (type) {
    case 'object':
      return requiredMembers(node);
    case 'array':
      return Array.from({ length: numberOr(node['minItems'], 0) }, () => minimal(node['items']));
    case 'string':
      return 'x'.repeat(Math.max(1, numberOr(node['minLength'], 1)));
    case 'integer':
    case 'number':
      return numberOr(node['minimum'], 1);
    case 'boolean':
      return true;
    default:
      return {};
  }
}

function requiredMembers(node: Record<string, unknown>): Record<string, unknown> {
  const properties = isRecord(node['properties']) ? node['properties'] : {};
  const required = Array.isArray(node['required']) ? node['required'] : [];
  return Object.fromEntries(required.map((name) => [String(name), minimal(properties[String(name)])]));
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
