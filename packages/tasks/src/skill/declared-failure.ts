/** Thrown by `context.fail`: an answer of the skill, not a defect. */
export class DeclaredFailure extends Error {
  override readonly name = 'DeclaredFailure';
  readonly code: string;
  readonly data: unknown;

  constructor(code: string, data: unknown) {
    super(code);
    this.code = code;
    this.data = data;
  }
}
