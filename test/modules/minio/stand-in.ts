import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../fleet/artifacts/minio-stand-in');

export const PASSWORD = 'a-password-0123456789';

/** One minio-stand-in on this machine, with one drive. */
export interface StandIn {
  port: number;
  /** Its drive is below, and tests may put files of their own there. */
  root: string;
  close: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts it; it listens when this resolves. */
export async function startStandIn(): Promise<StandIn> {
  const root = mkdtempSync(join(tmpdir(), 'keybuzz-minio-'));
  const port = await freePort();
  const env = { ...process.env, MINIO_ROOT_USER: 'keybuzz-root', MINIO_ROOT_PASSWORD: PASSWORD };
  const server = spawn('python3', [PROGRAM, 'server', `http://localhost:${port}${root}/drive1`], { env });
  await once(server.stdout, 'data');
  return {
    port,
    root,
    async close() {
      server.kill('SIGKILL');
      await once(server, 'exit');
      rmSync(root, { recursive: true });
    },
  };
}
