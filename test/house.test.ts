import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importsOf, faultsOf, type SourceFile } from './helpers/house-rules.ts';

const ROOT = normalize(join(import.meta.dirname, '..'));

/** Every file that git knows or would take, as the rules see it. */
function sourceFiles(pattern: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', pattern], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '')
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(ROOT, path), 'utf8') }];
      } catch {
        return [];
      }
    });
}

describe('the house', () => {
  const files = sourceFiles('src/*.ts');

  it('lets imports go down the floors only, each package only where it belongs, in files of bounded size', () => {
    expect(faultsOf(files)).toEqual([]);
  });

  it('lets the sandbox reach into the tests for real hosts alone, which the tests boot', () => {
    const reached = sourceFiles('sandbox').flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(join(dirname(path), name)))
        .filter((target) => target.startsWith('test/'))
        .map((target) => `${path} imports ${target}`),
    );
    expect(reached).toEqual(['sandbox/demo/real-hosts.ts imports test/fleet/fleet.ts']);
  });

  it('has no circle of imports', () => {
    const graph = new Map(
      files.map(({ path, text }) => [
        path,
        importsOf(text)
          .filter((name) => name.startsWith('.'))
          .map((name) => normalize(join(dirname(path), name))),
      ]),
    );
    const state = new Map<string, 'open' | 'closed'>();
    const circles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'closed') return;
      if (state.get(path) === 'open') {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      state.set(path, 'open');
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      state.set(path, 'closed');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it('ends every script so that a half-sent one does nothing, and runs each strictly', () => {
    const scripts = sourceFiles('src/modules/*/*.sh');
    const loose = scripts.filter(({ text }) => !text.trimEnd().endsWith('main "$@" </dev/null'));
    expect(loose.map(({ path }) => `${path}: the last line must be exactly: main "$@" </dev/null`)).toEqual([]);
  });

  it('names only paths in the README and docs that exist', () => {
    const known = new Set(
      sourceFiles('.').flatMap(({ path }) =>
        path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')),
      ),
    );
    const missing = [...sourceFiles('README.md'), ...sourceFiles('docs/*.md')].flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:src|test|sandbox|inventory|docs)\/[\w./-]+)`/g)]
        .map((match) => (match[1] ?? '').replace(/\/$/, ''))
        .filter((named) => !known.has(named))
        .map((named) => `${path} names ${named}, which does not exist`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the house rules themselves', () => {
  const broken = (path: string, text: string) => faultsOf([{ path, text }]);

  it('see an import that goes up', () => {
    expect(broken('src/ssh/pool.ts', "import { x } from '../jobs/log.ts';")).toHaveLength(1);
  });

  it('see a module that imports another module', () => {
    expect(broken('src/modules/redis/index.ts', "import { x } from '../rabbitmq/index.ts';")).toHaveLength(1);
  });

  it('see the bot reaching behind the public face of jobs', () => {
    expect(broken('src/bot/app.ts', "import { x } from '../jobs/log.ts';")).toHaveLength(1);
  });

  it('see a package outside its floor, even as a type or loaded late', () => {
    expect(broken('src/jobs/log.ts', "import type { x } from '@slack/bolt';")).toHaveLength(1);
    expect(broken('src/bot/app.ts', "const x = await import('node-ssh');")).toHaveLength(1);
  });

  it('see src reaching into sandbox or test, and the environment read outside config.ts', () => {
    expect(broken('src/cli.ts', "import { x } from '../sandbox/demo.ts';")).toHaveLength(1);
    expect(broken('src/jobs/log.ts', 'const home = process.env.HOME;')).toHaveLength(1);
  });

  it('see a file that is too long', () => {
    expect(broken('src/jobs/log.ts', 'a\n'.repeat(251))).toHaveLength(1);
  });
});
