import type { Clock } from '@seedcore/protocol';
import type { ItemShelf } from './item-shelf.ts';
import type { MissBook } from './miss-book.ts';
import type { ItemObtainer } from './obtain-item.ts';

/** What the endpoints of working memory work with. */
export type WorkingMemory = {
  readonly clock: Clock;
  readonly shelf: ItemShelf;
  readonly obtainer: ItemObtainer;
  readonly misses: MissBook;
};
