import type { Pin } from '../../inventory-artifacts.ts';

/** Port of each node for clients and the other nodes, as in minio.sh, which has the console's and the root user's name. */
export const API_PORT = 9000;

/** The name that leads clients to all nodes. */
export const ENTRY = 's3.keybuzz.io';

/**
 * Drives of each node: directories `drive1`, `drive2`... below the data's, each a file system of its own where it can be. A
 * cluster that holds data keeps the number it was begun with.
 */
export const DRIVES_PER_NODE = 1;

/** Where the drives are, on each node. */
export const DATA = '/opt/keybuzz/minio/data';

/** The last release with binaries: the project is archived. Its makers' own SHA-256 for linux-amd64. */
export const SERVER_PIN: Pin = {
  name: 'minio',
  version: 'RELEASE.2025-09-07T16-13-09Z',
  sha256: '7c5bd8512c6e966455b1d198209358b2d191c77a83ab377c4073281065fb855f',
  path: 'minio/minio.RELEASE.2025-09-07T16-13-09Z',
};

/** The client that belongs to it, for work by hand on the nodes. */
export const CLIENT_PIN: Pin = {
  name: 'mc',
  version: 'RELEASE.2025-08-13T08-35-41Z',
  sha256: '01f866e9c5f9b87c2b09116fa5d7c06695b106242d829a8bb32990c00312e891',
  path: 'mc/mc.RELEASE.2025-08-13T08-35-41Z',
};
