/** How an attempt ends that its handler lets go of: whoever ran it gave it back, or is gone. */
export type LetGoAs = 'handed_back' | 'lost';

/**
 * Thrown by a handler that has its work done elsewhere, and has it no more: the task goes back into its queue at once. What
 * was handed back counts for nothing; what was lost counts as every lost run does, and the fifth ends the task.
 */
export class LetGo extends Error {
  override readonly name = 'LetGo';
  readonly as: LetGoAs;

  constructor(as: LetGoAs) {
    super(as === 'lost' ? 'whoever ran it is gone' : 'it was handed back');
    this.as = as;
  }
}
