import type { Mesh } from '../mesh.ts';
import { type ConnectOptions, differingOptions } from './connect-options.ts';
import { openMesh } from './open-mesh.ts';

type Owned = { readonly options: ConnectOptions; readonly mesh: Promise<Mesh> };

/** The single owner of a process's connection. */
export class ConnectionOwner {
  readonly #open: (options: ConnectOptions) => Promise<Mesh>;
  #owned: Owned | undefined;

  constructor(open: (options: ConnectOptions) => Promise<Mesh>) {
    this.#open = open;
  }

  /**
   * The one mesh: concurrent callers share one promise, equal options give the same mesh.
   *
   * @throws TypeError naming the options in which this caller differs from the first
   */
  connect(options: ConnectOptions = {}): Promise<Mesh> {
    if (this.#owned !== undefined) return this.#share(this.#owned, options);
    const owned: Owned = { options, mesh: this.#open(options) };
    this.#owned = owned;
    // After a failure or a close the next caller may try anew.
    owned.mesh.then(
      (mesh) => mesh.onState((state) => state === 'closed' && this.#forget(owned)),
      () => this.#forget(owned),
    );
    return owned.mesh;
  }

  #share({ options: first, mesh }: Owned, options: ConnectOptions): Promise<Mesh> {
    const fields = differingOptions(first, options);
    if (fields.length === 0) return mesh;
    const message = `this process is connected already, with another ${fields.join(', ')}: one process, one connection`;
    return Promise.reject(new TypeError(message));
  }

  #forget(owned: Owned): void {
    if (this.#owned === owned) this.#owned = undefined;
  }
}

const owner = new ConnectionOwner(openMesh);

/**
 * Connects this process to the mesh, once: concurrent callers share the connection.
 *
 * @throws MeshError `not_connected` after seven tries, `forbidden` at once; TypeError when the options differ from before
 */
export const connect = (options?: ConnectOptions): Promise<Mesh> => owner.connect(options);
