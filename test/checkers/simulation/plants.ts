import type { Stored, StoredWhole } from '@seedcore/store';
import { writeIdOf } from '../store-log.ts';
import type { Plant } from './simulate-records.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The stored value without what shows whose writes it holds: a reader who cannot see them is one who does not look. */
function withoutWrites(stored: StoredWhole, hidden: (writeId: string) => boolean): StoredWhole {
  if (stored.body.length === 0) return stored;
  const { _h: _, _w: writes, ...value } = JSON.parse(decoder.decode(stored.body));
  const left = (writes ?? []).filter((id: string) => !hidden(id));
  return { ...stored, body: encoder.encode(JSON.stringify({ ...value, _w: left })) };
}

/** Planted bug: `_w` is not checked. */
export const ignoresWriteIds: Plant = (broker) => {
  const last = broker.last.bind(broker);
  broker.last = async (...asked) => {
    const stored = await last(...asked);
    return stored && withoutWrites(stored, () => true);
  };
};

/** Planted bug: a refusal is taken as "not done", and only what was not answered is looked for. */
export const trustsRefusals: Plant = (broker) => {
  const refused = new Set<string>();
  const write = broker.write.bind(broker);
  broker.write = async (...sent) => {
    const written = await write(...sent);
    const id = writeIdOf(sent[1]);
    if (!written.ok && id !== undefined) refused.add(id);
    return written;
  };
  const last = broker.last.bind(broker);
  broker.last = async (...asked) => {
    const stored = await last(...asked);
    return stored && withoutWrites(stored, (id) => refused.has(id));
  };
};

/** Planted bug: a write whose answer never came is reported as done. */
export const trustsSilence: Plant = (broker) => {
  const write = broker.write.bind(broker);
  broker.write = async (...sent) =>
    write(...sent).catch(() => ({ ok: true, seq: (sent[2]?.expect ?? 0) + 1, duplicate: false }));
};

/** Planted bug: nobody compares what is there with what was seen. */
export const writesBlindly: Plant = (broker) => {
  const write = broker.write.bind(broker);
  broker.write = async (subject, body, { expect: _, ...options } = {}) => write(subject, body, options);
};

/** Planted bug: a batch is written one by one. */
export const writesBatchesInParts: Plant = (broker) => {
  broker.writeTogether = async (messages) => {
    let seq = 0;
    for (const { subject, body, options } of messages) {
      const written = await broker.write(subject, body, options);
      if (!written.ok) return { ok: false, refused: 'wrong_sequence' };
      seq = written.seq;
    }
    return { ok: true, seq };
  };
};

/** Planted bug: watches drop one event in `every`, counted over all of them. */
export function dropsEvents(every: number): Plant {
  let count = 0;
  return (broker) => {
    const follow = broker.follow.bind(broker);
    broker.follow = (stream, filter, follower) => {
      const onMessage = (message: Stored) => {
        if (++count % every !== 0) follower.onMessage(message);
      };
      return follow(stream, filter, { ...follower, onMessage });
    };
  };
}

/** Planted bug: a watch hands over what it had handed over already. */
export const repeatsEvents: Plant = (broker) => {
  const follow = broker.follow.bind(broker);
  broker.follow = (stream, filter, follower) => {
    let before: Stored | undefined;
    return follow(stream, filter, {
      ...follower,
      onMessage: (message) => {
        follower.onMessage(message);
        if (before !== undefined) follower.onMessage({ ...before, subject: message.subject, seq: message.seq + 1 });
        before = message;
      },
    });
  };
};

/** Planted bug: a renewal leaves the time to live out, and a key without one stays for ever. */
export const renewsWithoutTtl: Plant = (broker) => {
  const held = new Set<string>();
  const write = broker.write.bind(broker);
  broker.write = async (subject, body, options = {}) => {
    const holder = `${subject} ${decoder.decode(body)}`;
    const { ttlMs: _, ...permanent } = options;
    const renews = body.length > 0 && held.has(holder);
    held.add(holder);
    return write(subject, body, renews ? permanent : options);
  };
};
