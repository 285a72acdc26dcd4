import { ServiceBroker } from 'moleculer';
import { answerParent } from '../rpc/answer-parent.ts';
import { checkedCall } from '../rpc/checked-call.ts';
import { payloads } from '../rpc/payloads.ts';
import { moleculerOptions } from './moleculer-options.mjs';

const broker = new ServiceBroker(moleculerOptions('client'));
await broker.start();
await broker.waitForServices('bench');
const value = payloads['300 B'];
answerParent({ '300 B': await checkedCall(() => broker.call('bench.observation', value), value) });
