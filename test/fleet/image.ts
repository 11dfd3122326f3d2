import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { must } from './process.ts';
import { codeDir, type FleetSettings } from './settings.ts';

/** What hosts are booted from: a root directory (the overlays' lower one) and an apt repository, both only read. */
export interface Image {
  readonly base: string;
  readonly repo: string;
}

function contentOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return contentOf(path);
      return [path.slice(codeDir.length), entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8')];
    });
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** Gives the image, making what the cache lacks. The cache's key is what the image is made from. */
export async function ensureImage(settings: FleetSettings, progress: (text: string) => void): Promise<Image> {
  const script = join(codeDir, 'image.sh');
  const listFile = join(codeDir, 'packages.txt');
  const list = readFileSync(listFile, 'utf8');
  const packages = /^base: *(.+)$/m.exec(list)?.[1];
  if (packages === undefined) throw new Error(`${listFile} has no line 'base: PACKAGE...'; the image is made from it.`);
  const sets = list.split('\n').filter((line) => /^[a-z]/.test(line) && !line.startsWith('base:'));
  const recipe = readFileSync(script, 'utf8');
  const baseKey = hashOf([recipe, packages, settings.mirror, ...contentOf(join(codeDir, 'base'))]);
  const base = join(settings.cacheDir, `base-${baseKey}`);
  const repo = join(
    settings.cacheDir,
    `repo-${baseKey}-${hashOf([...sets, ...contentOf(join(codeDir, 'stand-ins'))])}`,
  );
  mkdirSync(settings.cacheDir, { recursive: true });
  await withLock(join(settings.cacheDir, 'lock'), async () => {
    if (!existsSync(base)) {
      progress('image: making a Debian 13 root directory (about half a minute, once)');
      await must([script, 'base', base, settings.mirror, packages]);
    }
    if (!existsSync(repo)) {
      progress('image: downloading the packages that modules install (once)');
      await must([script, 'repo', repo, settings.mirror, base, listFile]);
    }
  });
  return { base, repo };
}
