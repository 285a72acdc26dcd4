/** A release number as its three parts. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The oldest nats-server the mesh works with: the first with the JetStream features it relies on. */
export const floorVersion: Version = [2, 12, 6];

/** The nats-server fetched when none is found. */
export const recommendedVersion: Version = [2, 15, 1];

/** The oldest Go that builds the recommended nats-server. */
export const floorGoVersion: Version = [1, 25, 0];

/** Finds the first `x.y.z` or `x.y` in a program's version output or a package's version. */
export function parseVersion(text: string): Version | undefined {
  const found = /(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

/** True when `version` is `floor` or newer. */
export function isAtLeast(version: Version, floor: Version): boolean {
  const differing = [0, 1, 2].find((part) => version[part] !== floor[part]);
  return differing === undefined || Number(version[differing]) > Number(floor[differing]);
}

/** Writes a version the way releases are tagged, without the leading `v`. */
export function formatVersion(version: Version): string {
  return version.join('.');
}

/** Why a nats-server of this version cannot be used; `undefined` when it can. */
export function tooOld(version: Version | undefined): string | undefined {
  if (!version) return 'its version could not be read';
  if (isAtLeast(version, floorVersion)) return undefined;
  return `it is ${formatVersion(version)}, older than the ${formatVersion(floorVersion)} needed`;
}
