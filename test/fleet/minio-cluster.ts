import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_PIN, SERVER_PIN } from '../../src/modules/minio/settings.ts';
import { startMirror } from './mirror.ts';
import { openMovable, type Movable } from './operator.ts';

const ROOT = join(import.meta.dirname, '../..');

export const SERVERS = { 'minio-01': '10.0.0.134', 'minio-02': '10.0.0.131', 'minio-03': '10.0.0.132' };
export const servers = Object.keys(SERVERS) as (keyof typeof SERVERS)[];
export const WITNESS = 'install-01';
export const UNIT = 'minio.service';

/** Canaries: values that must be found nowhere but in the files that the module lists. */
export const CANARIES = { ROOT_PASSWORD: 'canaryRootPassword0123456789abcdef' };

/** What DNS says on the platform: these hosts have no resolver. */
const NAMES = [
  ...Object.entries(SERVERS).map(([name, address]) => `${address} ${name}.keybuzz.io`),
  ...Object.values(SERVERS).map((address) => `${address} s3.keybuzz.io`),
].join('\\n');

/** A deployment over three empty hosts and the orchestrator, whose inventory leads to a mirror. */
export interface MinioDeployment extends Movable {
  /** The same inventory, with another name of minio-03 in DNS. */
  otherInventory: string;
}

/** Opens it. */
export async function openMinio(): Promise<MinioDeployment> {
  const mirror = await startMirror([SERVER_PIN, CLIENT_PIN]);
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-minio-'));
  const inventory = await readFile(join(ROOT, 'inventory/servers.tsv'), 'utf8');
  const inventoryFile = join(directory, 'servers.tsv');
  const otherInventory = join(directory, 'other.tsv');
  await writeFile(join(directory, 'artifacts.yaml'), mirror.artifacts);
  await writeFile(inventoryFile, inventory);
  await writeFile(otherInventory, inventory.replace('minio-03.keybuzz.io', 'minio-04.keybuzz.io'));
  const text = Object.entries(CANARIES).map(([name, value]) => `${name}=${value}\n`);
  const real = await openMovable([...servers, WITNESS], {
    credentials: { 'minio.env': text.join('') },
    inventoryFile,
  });
  await Promise.all([...servers, WITNESS].map((host) => on(real, host, `printf '${NAMES}\\n' >>/etc/hosts`)));
  return {
    ...real,
    otherInventory,
    async close() {
      await real.close();
      await mirror.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Runs shell as root on a host, and gives what it printed; a failure throws what it said. */
export async function on(real: Movable, host: string, shell: string): Promise<string> {
  const { stdout, stderr, exitCode } = await real.fleet.exec(host, shell);
  if (exitCode !== 0) throw new Error(`${shell} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** Asks a node for a path, signed as MinIO's root, with curl options before it; gives the HTTP status. */
export const s3 = (real: Movable, host: string, path: string, options = ''): Promise<string> =>
  on(
    real,
    host,
    `curl -s -o /tmp/s3-answer -w '%{http_code}' --aws-sigv4 aws:amz:us-east-1:s3 -u keybuzz-root:$(sed -n s/MINIO_ROOT_PASSWORD=//p /etc/default/minio) -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' ${options} 'http://127.0.0.1:9000${path}'`,
  );
