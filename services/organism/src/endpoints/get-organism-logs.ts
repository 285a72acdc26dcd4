import type { organism } from '@seedcore/contracts';
import { type Handler, type Output, ok } from '@seedcore/protocol';
import { type LineFilter, pickLines } from '../domain/log-lines.ts';
import { RESERVE_MS, type ReplicaDesk } from '../replicas/replica-desk.ts';

type Endpoint = typeof organism.endpoints.get_organism_logs;
type Line = Output<Endpoint>['lines'][number];

/** Most characters of log one replica sends for one question. */
const MAX_CHARS = 200_000;

/** What the logs of all replicas are read from. */
export type LogPorts = {
  readonly me: string;
  readonly recentLog: () => readonly string[];
  readonly desk: Pick<ReplicaDesk, 'ask'>;
};

/** The newest lines of this replica. */
export const ownLines = ({ recentLog }: Pick<LogPorts, 'recentLog'>, filter: LineFilter) =>
  pickLines(recentLog(), filter, MAX_CHARS);

/** The newest lines of all replicas, newest first. */
export function getOrganismLogs(ports: LogPorts): Handler<Endpoint> {
  const { me, desk } = ports;
  return async (wish, call) => {
    const filter = { ...wish, level: wish.level.toLowerCase() };
    const told = await desk.ask('log_lines', filter, call.left() - RESERVE_MS);
    const all = [...told.answers, { instance: me, value: ownLines(ports, filter) }];
    const lines = all.flatMap(({ instance, value }) =>
      value.lines.map((line): Line => ({ ...line, fields: { ...line.fields }, instance })),
    );
    return ok({
      lines: lines.sort((a, b) => (a.at > b.at ? -1 : 1)).slice(0, wish.limit),
      cut: all.some(({ value }) => value.cut),
      partial: told.missing.length > 0,
      missing_replicas: [...told.missing],
    });
  };
}
