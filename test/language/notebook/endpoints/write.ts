import { type Handler, ok } from '@seedcore/protocol';
import type { notebook } from '../contract.ts';

/** Keeps a note. */
export function write(notes: string[]): Handler<typeof notebook.endpoints.write> {
  return ({ note }) => ok({ kept: notes.push(note) });
}
