import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { filesIn, processesOf, strangersInProject } from '../helpers/leftovers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 120_000;

function isBuilt(): boolean {
  const built = statSync(join(ROOT, 'dist/cli.js'), { throwIfNoEntry: false });
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return built !== undefined && sources.every((file) => statSync(join(ROOT, 'src', file)).mtimeMs < built.mtimeMs);
}

describe('keybuzz demo', () => {
  let directory: string;
  let strangers: string[];

  beforeAll(() => {
    // The demo runs the build; after `npm ci` it is fresh.
    if (!isBuilt()) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT });
  }, LIMIT_MS);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-demo-test-'));
    strangers = strangersInProject();
  });

  afterEach(() => {
    // Ports are held by processes: without any that knows the directory none is left either.
    const left = { files: filesIn(directory), processes: processesOf(directory) };
    rmSync(directory, { recursive: true });
    expect(left).toEqual({ files: [], processes: [] });
    expect(strangersInProject()).toEqual(strangers);
  });

  function start() {
    const child = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), 'demo', '--no-web'], {
      cwd: '/',
      env: { PATH: process.env.PATH, TMPDIR: directory, HOME: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, ended };
  }

  it(
    'plays a deploy from refusal to health, labelled as simulated, and leaves nothing behind',
    async () => {
      const { child, ended } = start();
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      expect(await ended).toBe(0);
      const parts = text.split('\n── ');
      expect(parts[0]).toContain('SIMULATED FLEET');
      expect(parts).toHaveLength(7);
      expect(parts[1]).toContain('unknown');
      expect(parts[2]).toContain('[ Approve ]');
      expect(parts[3]).toContain('KEYBUZZ_SELF_APPROVAL');
      expect(parts[4]?.match(/│ {3}.* ok in /g)?.length).toBeGreaterThanOrEqual(3);
      expect(parts[6]).toMatch(/checks: \d+ pass\n/);
    },
    LIMIT_MS,
  );

  it(
    'ends at once and leaves nothing behind on Ctrl-C in its middle, which every process of it hears',
    async () => {
      const { child, ended } = start();
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('── A deploy')) process.kill(-(child.pid ?? 0), 'SIGINT');
      });
      expect(await ended).toBe(130);
    },
    LIMIT_MS,
  );
});
