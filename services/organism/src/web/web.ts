/** A request to somewhere outside of the mesh. */
export type WebRequest = {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The secret its body is signed with, by name. */
  readonly signedBy?: string;
  /** Most bytes of the answer, as it is when nothing of it is compressed any more. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly maxRedirects: number;
};

/** Why a request was not made, or has no answer that counts. */
export type WebRefusal =
  /** The address was never one to be asked: nothing was connected to. */
  | { readonly ok: false; readonly code: 'forbidden_url'; readonly why: string }
  | { readonly ok: false; readonly code: 'not_allowed'; readonly host: string; readonly hint: string }
  | { readonly ok: false; readonly code: 'forbidden_address'; readonly host: string; readonly why: string }
  | { readonly ok: false; readonly code: 'unknown_secret'; readonly secret_ref: string }
  | { readonly ok: false; readonly code: 'too_many_redirects'; readonly max: number }
  | { readonly ok: false; readonly code: 'too_large'; readonly max_bytes: number }
  /** Nobody answered, or nothing that can be read: another time it may be different. */
  | { readonly ok: false; readonly code: 'unreachable'; readonly host: string; readonly why: string };

/** An answer from outside. */
export type WebAnswer = {
  readonly ok: true;
  readonly status: number;
  readonly finalUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly redirects: number;
};

/** The world outside of the mesh, behind a guard. */
export interface Web {
  fetch(request: WebRequest, signal: AbortSignal): Promise<WebAnswer | WebRefusal>;
}
