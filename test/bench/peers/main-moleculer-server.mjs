import { ServiceBroker } from 'moleculer';
import { answerParent } from '../rpc/answer-parent.ts';
import { moleculerOptions } from './moleculer-options.mjs';

const broker = new ServiceBroker(moleculerOptions('server'));
broker.createService({ name: 'bench', actions: { observation: ({ params }) => params } });
await broker.start();
answerParent();
