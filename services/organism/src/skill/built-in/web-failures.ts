import { MeshError } from '@seedcore/protocol';
import { z } from 'zod';
import type { WebAnswer, WebRefusal } from '../../web/web.ts';
import type { SkillContext } from '../skill-context.ts';

/** Why the guard of the web lets a request not through, or its answer. */
export const webFailures = {
  forbidden_url: z.strictObject({ why: z.string() }),
  not_allowed: z.strictObject({ host: z.string(), hint: z.string() }),
  forbidden_address: z.strictObject({ host: z.string(), why: z.string() }),
  too_many_redirects: z.strictObject({ max: z.int() }),
  too_large: z.strictObject({ max_bytes: z.int() }),
};

/** An answer that counts. @throws DeclaredFailure for what the guard refuses; MeshError `unavailable` when nobody answered */
export function answerOf(
  answer: WebAnswer | Exclude<WebRefusal, { code: 'unknown_secret' }>,
  context: Pick<SkillContext<typeof webFailures>, 'fail'>,
): WebAnswer {
  if (answer.ok) return answer;
  switch (answer.code) {
    case 'forbidden_url':
      return context.fail('forbidden_url', { why: answer.why });
    case 'not_allowed':
      return context.fail('not_allowed', { host: answer.host, hint: answer.hint });
    case 'forbidden_address':
      return context.fail('forbidden_address', { host: answer.host, why: answer.why });
    case 'too_many_redirects':
      return context.fail('too_many_redirects', { max: answer.max });
    case 'too_large':
      return context.fail('too_large', { max_bytes: answer.max_bytes });
    case 'unreachable':
      throw new MeshError('unavailable', { target: answer.host, message: `${answer.host}: ${answer.why}` });
  }
}
