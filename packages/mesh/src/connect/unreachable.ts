import { errors } from '@nats-io/transport-node';
import { isRecord, MeshError, printable } from '@seedcore/protocol';
import { type ConnectOptions, serversOf } from './connect-options.ts';

/** How often and how long a first connection was tried. */
export type Tries = { readonly tries: number; readonly elapsedMs: number; readonly lastError: unknown };

const TLS_CODE = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** Nobody answered: what was tried, and what to do. */
export function unreachable(options: ConnectOptions, { tries, elapsedMs, lastError }: Tries): MeshError {
  const message = [
    `cannot reach NATS: ${tries} tries in ${(elapsedMs / 1000).toFixed(1)} s`,
    `servers ${serversText(options)}`,
    `last error ${reasonOf(lastError)}`,
    accountText(options),
    'start one with "npm start" or set NATS_URL',
  ].join('; ');
  return failure('not_connected', { message, reason: 'unreachable', cause: lastError });
}

/** The broker answered and said no: trying again cannot help. */
export function rejected(options: ConnectOptions, cause: unknown): MeshError {
  const said = [
    `NATS refuses this client: ${reasonOf(cause)}`,
    `servers ${serversText(options)}`,
    accountText(options),
  ];
  return failure('forbidden', { message: said.join('; '), reason: 'rejected', cause });
}

/** True for errors of credentials and certificates. */
export function isRejection(error: unknown): boolean {
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) return true;
  if (error instanceof errors.InvalidArgumentError) return true;
  const code = codeOf(error);
  return (code !== undefined && TLS_CODE.test(code)) || (error instanceof Error && isRejectionCause(error));
}

function isRejectionCause({ cause }: Error): boolean {
  return cause !== undefined && isRejection(cause);
}

/** The system's code where there is one, else the first line of the message. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return code;
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause);
  return printable(error instanceof Error ? error.message : String(error), 160);
}

function codeOf(error: unknown): string | undefined {
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
}

function serversText(options: ConnectOptions): string {
  const { servers, serversFrom } = options;
  const origin = serversFrom === undefined ? (servers === undefined ? 'default' : 'given') : `from ${serversFrom}`;
  return `${serversOf(options).join(', ')} (${origin})`;
}

function accountText({ user, token, tls }: ConnectOptions): string {
  const account = user ?? (token === undefined ? 'none' : 'by token');
  return `user ${account}, tls ${tls === undefined || tls === false ? 'off' : 'on'}`;
}

function failure(code: 'not_connected' | 'forbidden', { message, reason, cause }: Failure): MeshError {
  return new MeshError(code, { target: 'nats', message, details: { reason }, sent: false, started: false, cause });
}

type Failure = { readonly message: string; readonly reason: string; readonly cause: unknown };
