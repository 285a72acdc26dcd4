import { type Clock, canonicalJson, MeshError, sha256 } from '@seedcore/protocol';
import type { Declared } from './declared.ts';
import { type FileSkill, type Linked, linkSkills } from './link-skills.ts';
import type { SkillCard } from './skill-card.ts';
import type { FoundFile, SkillFiles } from './skill-folder.ts';

/** Files imported at the same time. */
const AT_ONCE = 4;
/** Pause before a file that was not imported in time is tried again: doubled each time, in ms. */
const AGAIN_MS = 30_000;
const MOST_AGAIN_MS = 600_000;

/** What changed in a catalogue. */
export type CatalogueChange = {
  readonly catalogue_hash: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
};

/** A file that brings no skill. */
export type BadFile = { readonly file: string; readonly since: string; readonly why: string };

/** What a catalogue stands on. */
export type CataloguePorts = {
  readonly builtIn: readonly SkillCard[];
  readonly files: SkillFiles;
  readonly clock: Clock;
  readonly changed: (change: CatalogueChange) => void;
};

type Known = FoundFile & { readonly declared: Declared; readonly tries: number; readonly againAt: number };

/**
 * The skills this process can run: the built-in ones and those of the files in a folder, as they are there now.
 *
 * 1. A file is imported once per content; what is wrong with it concerns no other file.
 * 2. A bad file is named with its reason until it is good or gone.
 */
export class Catalogue {
  readonly #ports: CataloguePorts;
  readonly #files = new Map<string, Known>();
  readonly #since = new Map<string, string>();
  #linked: Linked;
  #remote: readonly SkillCard[] = [];
  #hash: string;
  #folder: string | undefined;
  #stopped = false;

  constructor(ports: CataloguePorts) {
    this.#ports = ports;
    this.#linked = linkSkills(ports.builtIn, []);
    this.#hash = hashOf(this.#linked);
  }

  /** Skills by name, in order of their names. */
  get skills(): ReadonlyMap<string, SkillCard> {
    return this.#linked.skills;
  }

  /** The same for the same skills, whichever process is asked. */
  get hash(): string {
    return this.#hash;
  }

  /** Names of the skills that came from files. */
  get fromFiles(): readonly string[] {
    return [...this.skills.values()].flatMap(({ name, sources }) => (name in sources ? [name] : []));
  }

  /** Files that bring no skill, and the folder itself when it cannot be read. */
  bad(): BadFile[] {
    const imports = [...this.#files.values()].flatMap(({ file, declared }) =>
      declared.ok ? [] : [{ file, why: declared.why }],
    );
    const folder = this.#folder === undefined ? [] : [{ file: 'folder', why: this.#folder }];
    const now = new Date(this.#ports.clock.wallMs()).toISOString();
    const all = [...folder, ...imports, ...this.#linked.problems].sort((a, b) => (a.file < b.file ? -1 : 1));
    return all.map((one) => ({ ...one, since: this.#since.get(one.file) ?? now }));
  }

  /** These are the skills workers have, from now on; a name that is taken here stays what it is. */
  learn(remote: readonly SkillCard[]): void {
    this.#remote = remote;
    this.#link();
  }

  /** Looks at the folder once; resolves when every file that is new or changed was imported. */
  async look(): Promise<void> {
    const files = await this.#list();
    if (files === undefined) return this.#link();
    const there = new Set(files.map(({ file }) => file));
    for (const file of this.#files.keys()) if (!there.has(file)) this.#files.delete(file);
    this.#link();
    const due = files.filter((file) => this.#due(file));
    const next = due.values();
    const lane = async () => {
      for (const file of next) if (!this.#stopped) await this.#import(file);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  /** Imports nothing more; what is under way ends within its limit. */
  stop(): void {
    this.#stopped = true;
  }

  async #list(): Promise<readonly FoundFile[] | undefined> {
    try {
      const files = await this.#ports.files.list();
      this.#folder = undefined;
      return files;
    } catch (cause) {
      if (!(cause instanceof MeshError)) throw cause;
      this.#folder = cause.message;
      return undefined;
    }
  }

  #due({ file, version }: FoundFile): boolean {
    const known = this.#files.get(file);
    if (known === undefined || known.version !== version) return true;
    return !known.declared.ok && known.declared.again === true && this.#ports.clock.now() >= known.againAt;
  }

  async #import(found: FoundFile): Promise<void> {
    const before = this.#files.get(found.file);
    const tries = before?.version === found.version ? before.tries + 1 : 0;
    const declared = await this.#ports.files.declare(found);
    const againAt = this.#ports.clock.now() + Math.min(MOST_AGAIN_MS, AGAIN_MS * 2 ** tries);
    this.#files.set(found.file, { ...found, declared, tries, againAt });
    this.#link();
  }

  #link(): void {
    const before = this.#linked.skills;
    const linked = linkSkills(
      this.#ports.builtIn,
      [...this.#files.values()].flatMap(({ file, source, declared }): FileSkill[] =>
        declared.ok ? [{ file, source, card: declared.card }] : [],
      ),
    );
    this.#linked = withRemote(linked, this.#remote);
    const bad = new Map(this.bad().map(({ file, since }) => [file, since]));
    this.#since.clear();
    for (const [file, since] of bad) this.#since.set(file, since);
    const hash = hashOf(this.#linked);
    if (hash === this.#hash) return;
    this.#hash = hash;
    this.#ports.changed({ catalogue_hash: hash, ...difference(before, this.skills) });
  }
}

function withRemote({ skills, problems }: Linked, remote: readonly SkillCard[]): Linked {
  const more = remote.filter(({ name }) => !skills.has(name)).map((card) => [card.name, card] as const);
  return { skills: new Map([...skills, ...more].sort(([a], [b]) => (a < b ? -1 : 1))), problems };
}

/** Where a file lies is no part of what a skill is; its content is, since a change of it may change what the skill does. */
function hashOf({ skills }: Linked): string {
  const all = [...skills.values()].map(({ sources, ...card }) => ({
    ...card,
    sources: Object.values(sources).map((source) => new URL(source).searchParams.get('v')),
  }));
  return sha256(canonicalJson(all)).slice(0, 16);
}

function difference(before: ReadonlyMap<string, SkillCard>, after: ReadonlyMap<string, SkillCard>) {
  const names = [...after.keys()];
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter(
      (name) => before.has(name) && canonicalJson(before.get(name)) !== canonicalJson(after.get(name)),
    ),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}
