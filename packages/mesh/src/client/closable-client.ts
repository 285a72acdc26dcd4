import { type Call, type CallOptions, type Client, MeshError, type Service } from '@seedcore/protocol';

type Given = Call | CallOptions | undefined;
type Stream = (input: unknown, given: Given) => { readonly reply: Promise<unknown> };
type Method = ((input: unknown, given: Given) => Promise<unknown>) & { readonly stream?: Stream };

/** A client that can be closed by itself: what is under way ends, what comes later is refused as `cancelled`. */
export function closableClient(service: string, client: Client<Service>) {
  const pending = new Set<Promise<unknown>>();
  let closed: CallOptions | undefined;
  const watch = (work: Promise<unknown>): void => {
    pending.add(work);
    const over = () => pending.delete(work);
    work.then(over, over);
  };
  const wrapped = ({ stream, ...method }: MethodParts) => {
    const call = (input: unknown, given: Given) => {
      const work = method.call(input, closed ?? given);
      watch(work);
      return work;
    };
    if (stream === undefined) return call;
    const opened = (input: unknown, given: Given) => {
      const reply = stream(input, closed ?? given);
      watch(reply.reply);
      return reply;
    };
    return Object.assign(call, { stream: opened });
  };
  const parts = Object.entries<Method>(client).map(([name, call]) => [name, wrapped({ call, stream: call.stream })]);
  const close = async (): Promise<void> => {
    const message = `${service}: this client is closed`;
    closed ??= { signal: AbortSignal.abort(new MeshError('cancelled', { target: service, message, sent: false })) };
    await Promise.allSettled(pending);
  };
  return { methods: Object.fromEntries(parts), close };
}

type MethodParts = { readonly call: Method; readonly stream: Stream | undefined };
