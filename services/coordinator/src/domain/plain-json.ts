import { badRequest } from '@seedcore/protocol';
import { z } from 'zod';

const json = z.json();

/**
 * Makes sure that `value` is JSON, which is all a task can keep.
 *
 * @throws MeshError `bad_request` naming the place of what is no JSON, such as bytes
 */
export function demandPlainJson(target: string, field: string, value: unknown): void {
  if (json.safeParse(value).success) return;
  throw badRequest(target, field, 'must be plain JSON: objects, arrays, text, numbers, true, false and null');
}
