import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTarGz, readZip } from '../archive.ts';
import { judgeArchive, pinnedHashes } from '../checksums.ts';
import type { Outcome } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { reasonOf } from '../reason.ts';
import { programName, type ReleaseArchive, releaseArchive } from '../release-archive.ts';
import { recommendedVersion } from '../version.ts';
import { serversFolder } from './cache.ts';
import { keep } from './keep.ts';

/** Downloads the recommended release and checks it before anything in it runs. */
export async function fromRelease(machine: Machine, pins = pinnedHashes): Promise<Outcome> {
  const archive = releaseArchive(recommendedVersion, machine, machine.env['SEEDCORE_NATS_RELEASES'] || undefined);
  if (!archive) return { why: `no release is published for ${machine.platform} ${machine.arch}` };
  try {
    const sums = Buffer.from(await machine.download(archive.sumsUrl)).toString('utf8');
    machine.report(`downloading ${archive.url}`);
    const bytes = await machine.download(archive.url);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const verdict = judgeArchive({ file: archive.file, sha256, sums, pinned: pins[archive.file] });
    if (!verdict.ok) return { why: `${archive.url} refused: ${verdict.why}` };
    return await unpack(machine, { archive, bytes, checkedAgainst: verdict.checkedAgainst });
  } catch (error) {
    return { why: `${archive.url}: ${reasonOf(error)}` };
  }
}

interface Checked {
  readonly archive: ReleaseArchive;
  readonly bytes: Uint8Array;
  readonly checkedAgainst: string;
}

async function unpack(machine: Machine, { archive, bytes, checkedAgainst }: Checked): Promise<Outcome> {
  const program = archive.kind === 'zip' ? readZip(bytes, archive.program) : readTarGz(bytes, archive.program);
  if (!program) return { why: `${archive.file} does not contain ${archive.program}` };
  return machine.scratch(await serversFolder(machine), async (folder) => {
    const file = join(folder, programName(machine.platform));
    await machine.install({ bytes: program }, file);
    return keep(machine, { file, how: `downloaded ${archive.url}, checked against ${checkedAgainst}` });
  });
}
