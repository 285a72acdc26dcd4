import type { ml } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { models } from '../domain/models.ts';

/** Lists the models there are. */
export const listModels: Handler<typeof ml.endpoints.list_models> = async () =>
  ok({ models: models.map((model) => ({ ...model })) });
