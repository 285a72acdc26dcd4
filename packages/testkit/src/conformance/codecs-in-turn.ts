import { type Codec, codecs, exampleOf, headerNames, jsonCodec } from '@seedcore/protocol';
import { mustBe, mustBeHonest } from './honest-answer.ts';
import { moved, type Work } from './work.ts';

/** Checks of an endpoint that is called in both codecs, and in one that does not exist. */
export const codecWorks: readonly (readonly [string, Work])[] = [
  ...codecs.map((codec) => [`its example in ${codec.type}`, answersIn([codec])] as const),
  ['its example in both codecs, in turn', answersIn([...codecs, ...codecs])],
  ['a codec nobody knows', refusesOthers()],
];

/** Each answer is in the codec of its own request; errors say which one that is. */
function answersIn(turns: readonly Codec[]): Work {
  return async (service, { name, endpoint }) => {
    for (const codec of turns) {
      const headers = { [headerNames.contentType]: codec.type };
      const reply = await moved(service, service.request(name, codec.encode(exampleOf(endpoint.input)), headers));
      const named = reply.headers.get(headerNames.contentType);
      if (named !== codec.type && (named !== undefined || reply.status !== undefined))
        throw new Error(`asked in ${codec.type}, answered in ${named ?? 'a codec it does not name'}`);
      mustBeHonest(reply, codec, endpoint);
    }
  };
}

function refusesOthers(): Work {
  return async (service, { name }) => {
    const reply = await moved(service, service.request(name, '', { [headerNames.contentType]: 'text/xml' }));
    mustBe(reply, jsonCodec, ['bad_request']);
    const unnamed = codecs.filter(({ type }) => !reply.text.includes(type));
    if (unnamed.length > 0)
      throw new Error(`does not name ${unnamed.map(({ type }) => type).join(', ')}: ${reply.text}`);
  };
}
