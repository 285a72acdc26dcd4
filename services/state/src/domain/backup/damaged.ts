/** An object of a backup is not what was written. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';
  readonly object: string;
  /** SHA-256 it should have. */
  readonly want: string;
  /** SHA-256 it has, or `missing`. */
  readonly got: string;

  constructor(object: string, want: string, got: string) {
    super(`${object}: is ${got}, should be ${want}`);
    this.object = object;
    this.want = want;
    this.got = got;
  }
}
