import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readManifest } from '../slack/defaults.ts';
import { startWeb, type Web } from '../web/server.ts';
import type { Stage } from './stage.ts';
import { createTrouble } from './trouble.ts';

/** Builds the page with Vite, in a process of its own whose memory goes with it. Throws with what Vite says. */
async function buildPage(directory: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  const source = fileURLToPath(new URL('../web/page', import.meta.url));
  const args = [vite, 'build', source, '--base', './', '--outDir', directory, '--emptyOutDir', '--logLevel', 'error'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The page could not be built: ${said.trim()}`);
}

/** Builds the page and serves it; a free port unless told. `close` takes back all trouble that was made on it. */
export async function openPage(stage: Stage, port: number | undefined): Promise<Web> {
  const { slack, site, hosts } = stage;
  await buildPage(site.pageDirectory);
  const { slash_commands, shortcuts } = readManifest().features;
  const trouble = createTrouble(stage);
  const web = await startWeb({
    ...{ slack, faults: trouble, directory: site.pageDirectory },
    ...(port === undefined ? {} : { port }),
    parts: {
      label: hosts.label,
      commands: slash_commands.map(({ command, description, usage_hint: hint }) => ({ command, description, hint })),
      shortcuts: shortcuts.map(({ callback_id: id, name }) => ({ id, name })),
    },
  });
  return {
    url: web.url,
    async close() {
      await web.close();
      await trouble.close();
    },
  };
}
