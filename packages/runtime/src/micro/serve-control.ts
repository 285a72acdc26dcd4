import type { Subscription, Transport } from '@seedcore/mesh';
import { isInbox, jsonCodec } from '@seedcore/protocol';
import type { Identity } from '../identity.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { type Described, infoReply, pingReply, statsReply } from './control-replies.ts';
import { type ControlVerb, controlSubjects } from './control-subjects.ts';

/** What a service says about itself. */
export type ControlView = {
  readonly identity: Identity;
  /** Every endpoint it has, also before it serves them. */
  readonly described: readonly Described[];
  readonly served: () => readonly ServedEndpoint[];
};

/** Answers PING, INFO and STATS on their nine subjects. PING and INFO never change, so their bytes are made once. */
export function serveControl(transport: Transport, view: ControlView): readonly Subscription[] {
  const { identity, described, served } = view;
  const ping = jsonCodec.encode(pingReply(identity));
  const info = jsonCodec.encode(infoReply(identity, described));
  const bytes: Readonly<Record<ControlVerb, () => Uint8Array>> = {
    PING: () => ping,
    INFO: () => info,
    STATS: () => jsonCodec.encode(statsReply(identity, served())),
  };
  return controlSubjects(identity.service, identity.instance).map(([subject, verb]) =>
    transport.subscribe(subject, ({ reply }) => {
      if (reply !== undefined && isInbox(reply)) transport.publish(reply, bytes[verb]());
    }),
  );
}
