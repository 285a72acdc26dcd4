/** Where to ask a server how it stands with JetStream. */
type Asked = { readonly monitorUrl: string };

/** What a server thinks of the cluster it is in. */
interface View {
  readonly leader: string;
  readonly size: number;
}

/** The server that leads JetStream, when more than half of all servers know it and count all others as members. */
export async function metaLeader(servers: readonly Asked[]): Promise<string | undefined> {
  const views = await Promise.all(servers.map(viewOf));
  return agreed(views, servers.length);
}

/** The leader a majority of `size` servers names. */
export function agreed(views: readonly (View | undefined)[], size: number): string | undefined {
  const names = views.flatMap((view) => (view && view.leader !== '' && view.size === size ? [view.leader] : []));
  return names.find((name) => names.filter((other) => other === name).length > size / 2);
}

async function viewOf({ monitorUrl }: Asked): Promise<View | undefined> {
  try {
    const reply = await fetch(`${monitorUrl}/jsz`, { signal: AbortSignal.timeout(1000) });
    return parseView(await reply.json());
  } catch {
    return undefined; // paused, killed, or not listening yet: it has no say
  }
}

/** Reads the answer of `/jsz`; `undefined` from a server that is in no cluster. */
export function parseView(answer: unknown): View | undefined {
  const meta = field(answer, 'meta_cluster');
  const [leader, size] = [field(meta, 'leader'), field(meta, 'cluster_size')];
  return typeof size === 'number' ? { leader: typeof leader === 'string' ? leader : '', size } : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
