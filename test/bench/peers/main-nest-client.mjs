import 'reflect-metadata';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { answerParent } from '../rpc/answer-parent.ts';
import { checkedCall } from '../rpc/checked-call.ts';
import { payloads } from '../rpc/payloads.ts';

const client = ClientProxyFactory.create({
  transport: Transport.NATS,
  options: { servers: [process.env.NATS_URL] },
});
await client.connect();
const value = payloads['300 B'];
const call = () => firstValueFrom(client.send('observation', value));
answerParent({ '300 B': await checkedCall(call, value) });
