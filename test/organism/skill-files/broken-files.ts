const head = `import { defineSkill } from '@seedcore/tasks/skill';\nimport { z } from 'zod';\n`;
const skill = (name: string, more = ''): string => `${head}export default defineSkill({
  name: '${name}', version: '1.0.0', doc: '', input: z.strictObject({}), output: z.strictObject({}),
  idempotent: true, isolation: 'thread', role: 'O', run: () => ({}), ${more}
});`;

/** Ten files that bring no skill, each for another reason, and what is said about it. */
export const brokenFiles: Readonly<Record<string, { readonly text: string; readonly why: RegExp }>> = {
  'throws.ts': { text: `${head}throw new RangeError('not today');`, why: /RangeError: not today/ },
  'waits.ts': { text: 'await new Promise(() => {});', why: /never comes to the end of its import/ },
  'spins.ts': { text: 'for (;;);', why: /was not imported within/ },
  'exits.ts': { text: 'process.exit(0);', why: /ended its process while it was imported/ },
  'hoards.ts': { text: 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));', why: /more memory/ },
  'typo.ts': { text: `${head}export default defineSkill({`, why: /Error/ },
  'empty.ts': { text: 'export const nothing = 1;', why: /exports no skill/ },
  'misnamed.ts': { text: skill('No Name'), why: /name must be a-z first/ },
  'date.ts': { text: skill('date', 'input: z.strictObject({ at: z.date() }),'), why: /input cannot be said as JSON/ },
  'lonely.ts': { text: skill('lonely', `uses: ['nobody'],`), why: /there is no skill nobody, which lonely needs/ },
};
