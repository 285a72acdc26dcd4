import type { Mesh } from '@seedcore/mesh';
import { diagnose, type Finding } from '../doctor/diagnose.ts';
import { gatherFacts } from '../doctor/gather-facts.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson } from '../output/print.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Says what is wrong right now, the most harmful first, each with a remedy; the exit code is 1 when something is. */
export async function doctor(options: GlobalOptions, surroundings: Surroundings, mesh: Mesh): Promise<ExitCode> {
  const facts = await gatherFacts(mesh, options, surroundings);
  const findings = diagnose(facts);
  if (options.json) printJson(surroundings, findings);
  else print(findings, surroundings, facts.instances.length);
  return findings.some(({ harm }) => harm !== 'notice') ? exitCodes.failed : exitCodes.ok;
}

function print(findings: readonly Finding[], { out, styles }: Surroundings, instances: number): void {
  const colour = { broken: styles.red, degraded: styles.yellow, notice: styles.dim };
  for (const { harm, what, remedy } of findings) {
    out(`${colour[harm](harm.padEnd(8))}  ${what}`);
    out(`          ${styles.dim(remedy)}`);
  }
  if (findings.length === 0) out(`${styles.green('well')}      ${instances} instances answer, nothing is missing`);
}
