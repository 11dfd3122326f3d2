import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Pin } from '../../src/inventory-artifacts.ts';
import { besideInstallAddress } from './network.ts';
import { codeDir } from './settings.ts';

/** A web server with the programs that no package repository has, where hosts of a fleet with install-01 reach it. */
export interface Mirror {
  /** The text of an artifacts.yaml that leads there. */
  artifacts: string;
  close(): Promise<void>;
}

/** Directory laid out as the pins' paths say, with the programs themselves. */
const REAL = process.env.KEYBUZZ_REAL_ARTIFACTS;

/**
 * Serves each pinned program: the real one below KEYBUZZ_REAL_ARTIFACTS where that is set, else `<name>-stand-in` of
 * test/fleet/artifacts, under a pin of its own.
 */
export async function startMirror(pins: readonly Pin[]): Promise<Mirror> {
  const files = new Map(
    pins.map(({ name, path }) => [
      `/${path}`,
      readFileSync(REAL === undefined ? join(codeDir, 'artifacts', `${name}-stand-in`) : join(REAL, path)),
    ]),
  );
  const server = createServer((request, response) => {
    const file = files.get(normalize(request.url ?? ''));
    if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  const standIns = pins.map(({ name, version, path }) => {
    const sha256 = createHash('sha256')
      .update(files.get(`/${path}`) ?? '')
      .digest('hex');
    return `  ${name}: { version: ${version}, sha256: ${sha256}, path: ${path} }\n`;
  });
  return {
    artifacts: `base: http://${besideInstallAddress}:${port}\n${REAL === undefined ? `pins:\n${standIns.join('')}` : ''}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
