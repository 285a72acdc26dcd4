import { type Implementation, implement } from '@seedcore/protocol';
import { notebook } from './contract.ts';
import { write } from './endpoints/write.ts';

/** The endpoints of the notebook. */
export function notebookService(notes: string[]): Implementation<typeof notebook> {
  return implement(notebook, {
    write: write(notes),
  });
}
