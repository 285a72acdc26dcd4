import type { SkillCard } from './skill-card.ts';

/** What a file declares, or why it declares nothing; `again`: trying once more may help. */
export type Declared =
  | { readonly ok: true; readonly card: SkillCard }
  | { readonly ok: false; readonly why: string; readonly again?: boolean };
