import { badRequest, type Json } from '@seedcore/protocol';
import { z } from 'zod';

const json = z.json();

/**
 * `value` as JSON, which is all a task can keep.
 *
 * @throws MeshError `bad_request` naming the place of what is no JSON, such as bytes
 */
export function plainJson(target: string, field: string, value: unknown): Json {
  const parsed = json.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badRequest(target, field, 'must be plain JSON: objects, arrays, text, numbers, true, false and null');
}
