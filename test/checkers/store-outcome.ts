import { MeshError } from '@seedcore/protocol';
import { StoreError } from '@seedcore/store';

/** What an error of the store says about the change that was asked for. @throws whatever is no word of the store */
export function outcomeOf(error: unknown): 'refused' | 'unknown' {
  if (error instanceof StoreError) return 'refused';
  if (error instanceof MeshError) return error.code === 'timeout' ? 'unknown' : 'refused';
  throw error;
}
