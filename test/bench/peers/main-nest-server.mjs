import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { answerParent } from '../rpc/answer-parent.ts';

class BenchController {
  observation(data) {
    return data;
  }
}
class BenchModule {}

// Decorators, applied by hand: these files run as they are.
const method = Object.getOwnPropertyDescriptor(BenchController.prototype, 'observation');
MessagePattern('observation')(BenchController.prototype, 'observation', method);
Controller()(BenchController);
Module({ controllers: [BenchController] })(BenchModule);

const service = await NestFactory.createMicroservice(BenchModule, {
  transport: Transport.NATS,
  options: { servers: [process.env.NATS_URL], queue: 'q' },
  logger: false,
});
await service.listen();
answerParent();
