import type { HandlerEnd } from '../reply/reply-of.ts';

/**
 * Runs `work` and tells how it ended, in the same tick when it was synchronous. This is the only catch-all there is:
 * whatever a handler, a codec or a schema throws ends here and becomes a reply.
 */
export function protect(work: () => unknown, settle: (end: HandlerEnd) => void): void {
  let result: unknown;
  try {
    result = work();
  } catch (thrown) {
    settle({ thrown });
    return;
  }
  if (!(result instanceof Promise)) settle({ returned: result });
  else
    result.then(
      (returned: unknown) => settle({ returned }),
      (thrown: unknown) => settle({ thrown }),
    );
}
