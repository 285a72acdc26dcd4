import { connect } from 'node:net';

/** What the first bytes of a listener tell. */
export type Greeting = { readonly kind: 'nats'; readonly info: string } | { readonly kind: 'other' };

/** Takes host and port out of an address in any of the forms NATS clients accept. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const url = new URL(address.includes('://') ? address : `nats://${address}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 4222) };
}

/** Addresses as they may be shown: user, password and token are left out. */
export function withoutCredentials(addresses: string): string {
  return addresses.replaceAll(/(^|,|\/\/)[^/@,]*@/g, '$1');
}

/** Connects and waits for the INFO line a NATS server sends first. Rejects when nothing listens or time runs out. */
export function readGreeting(address: string, timeoutMs: number): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    const socket = connect(hostAndPort(address));
    let text = '';
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(`no greeting within ${timeoutMs} ms`))));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!text.startsWith('INFO '.slice(0, text.length))) return end(() => resolve({ kind: 'other' }));
      if (text.includes('\n')) end(() => resolve({ kind: 'nats', info: text.slice(5, text.indexOf('\n')).trim() }));
      else if (text.length > 65_536) end(() => resolve({ kind: 'other' }));
    });
    socket.once('close', () => resolve({ kind: 'other' }));
    socket.once('error', (error) => end(() => reject(error)));
  });
}
