import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../src/modules', import.meta.url));

/** Each module's scripts: path below src/modules -> its own text, without the shared shell put before it. */
function loadScripts(): Map<string, string> {
  const paths = readdirSync(MODULES, { recursive: true, encoding: 'utf8' });
  const scripts = paths.filter((path) => /^[a-z0-9-]+\/[a-z0-9-]+\.sh$/.test(path));
  return new Map(scripts.map((path) => [path, readFileSync(join(MODULES, path), 'utf8')]));
}

let scripts: Map<string, string> | undefined;

/** Which script of which module a host was sent: `redis/deploy-server.sh`; undefined when it is none that we have. */
export function scriptIn(text: string): string | undefined {
  scripts ??= loadScripts();
  return [...scripts].find(([, own]) => text.includes(own))?.[0];
}
