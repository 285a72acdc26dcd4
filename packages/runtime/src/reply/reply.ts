import type { MeshError } from '@seedcore/protocol';

/** What is sent back: a value, a declared failure, or an error of the mesh. */
export type ServerReply =
  | {
      readonly kind: 'value';
      readonly body: unknown;
      readonly degradedSource?: string | undefined;
      /** It does not keep its contract, and was sent all the same. */
      readonly mismatch?: TypeError;
    }
  | { readonly kind: 'failure'; readonly code: string; readonly status: number; readonly details: unknown }
  | {
      readonly kind: 'error';
      readonly error: MeshError;
      /** What really happened, for the log of this process alone. */
      readonly defect?: unknown;
    };

/** The code metrics and logs know a reply by. */
export function replyCode(reply: ServerReply): string {
  if (reply.kind === 'value') return 'ok';
  return reply.kind === 'failure' ? reply.code : reply.error.code;
}
