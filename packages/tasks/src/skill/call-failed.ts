/** Thrown by `context.call` when the skill that was called answered with a failure: it would again, so nobody tries again. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly skill: string;
  readonly code: string;
  readonly data: unknown;

  constructor(skill: string, { code, data }: { readonly code: string; readonly data: unknown }) {
    super(`${skill}: ${code}`);
    this.skill = skill;
    this.code = code;
    this.data = data;
  }
}
