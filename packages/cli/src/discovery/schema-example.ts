import { isRecord } from '@seedcore/protocol';

const maxDepth = 8;

/** A smallest value that fits a JSON Schema: its own example where it has one, else required fields only. */
export function schemaExample(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isRecord(schema) || depth > maxDepth) return {};
  if ('example' in schema) return schema['example'];
  if ('default' in schema) return schema['default'];
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const inside = (inner: unknown) => schemaExample(inner, root, depth + 1);
  if (typeof schema['$ref'] === 'string') return inside(referenced(root, schema['$ref']));
  for (const key of ['anyOf', 'oneOf', 'allOf']) if (Array.isArray(schema[key])) return inside(schema[key][0]);
  if (schema['type'] === 'object' || isRecord(schema['properties'])) return objectExample(schema, inside);
  return scalarExample(schema, inside);
}

function objectExample(schema: Record<string, unknown>, inside: (schema: unknown) => unknown): unknown {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    required.flatMap((key) => (typeof key === 'string' ? [[key, inside(properties[key])]] : [])),
  );
}

function scalarExample(schema: Record<string, unknown>, inside: (schema: unknown) => unknown): unknown {
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? Math.max(1, schema['minimum']) : 1;
    case 'boolean':
      return true;
    case 'array': {
      const count = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
      return Array.from({ length: count }, () => inside(schema['items']));
    }
    default:
      return {};
  }
}

function referenced(root: unknown, ref: string): unknown {
  const steps = ref
    .replace(/^#/, '')
    .split('/')
    .filter((step) => step !== '');
  return steps.reduce<unknown>((node, step) => (isRecord(node) ? node[step] : undefined), root);
}
