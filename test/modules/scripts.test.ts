import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/canonical.ts';
import { DefectError } from '../../src/errors.ts';
import { assembleScript, neededBy } from '../../src/modules/scripts.ts';
import { assertAssembled } from '../../src/ssh/target.ts';

const MODULES = join(import.meta.dirname, '../../src/modules');
const all = readdirSync(MODULES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sh'));
const shared = all.filter((path) => !path.includes('/'));
const scripts = all.filter((path) => path.includes('/'));
const textOf = (path: string): string => readFileSync(join(MODULES, path), 'utf8');

/** What a reader must find in the first comment of each script. */
const HEADER = ['Purpose:', 'Arguments:', 'Secrets:', 'Changes:', 'Exit codes:', 'Safe to repeat:'];

/** The header's faults, by what is missing. */
function missingOf(text: string): string[] {
  const head = text.split('\n\n')[0] ?? '';
  return HEADER.filter((entry) => !head.includes(`# ${entry}`));
}

/** The shared files whose functions a text calls, or those functions call in turn. */
function reachedFrom(text: string): Set<string> {
  const bodies = shared.flatMap((file) =>
    textOf(file)
      .split(/^(?=\w+\(\) [{(])/m)
      .slice(1)
      .map((body) => ({ file, body, called: new RegExp(`^[^#\\n]*\\b${/^\w+/.exec(body)?.[0] ?? ''}\\b`, 'm') })),
  );
  const reached = new Set<(typeof bodies)[number]>();
  const texts = [text];
  for (let next = texts.pop(); next !== undefined; next = texts.pop()) {
    for (const one of bodies) {
      if (reached.has(one) || one.body === next || !one.called.test(next)) continue;
      reached.add(one);
      texts.push(one.body);
    }
  }
  return new Set([...reached].map((one) => one.file));
}

describe('every script', () => {
  it.each(all)('%s says in its header what it does to a host', (path) => {
    expect(missingOf(textOf(path))).toEqual([]);
  });

  it('would be told so without one', () => {
    expect(missingOf('#!/bin/bash\n# Purpose: x\n\ntrue\n')).toContain('Changes:');
  });

  // Where shellcheck is (Debian: shellcheck; CI installs it), else skipped by that name.
  const itWithShellcheck = spawnSync('shellcheck', ['--version']).status === 0 ? it : it.skip;
  itWithShellcheck.each(scripts)('%s is clean as it will run, with its shared shell before it', (path) => {
    const { text, hash } = assembleScript(path);
    assertAssembled({ text, hash });
    const exclude = '--exclude=SC2034'; // shared shell has settings that not every script uses
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'bash', exclude, '-'], { input: text, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it.each(scripts)('%s names in `needs` all shared shell whose functions it can come to call', (path) => {
    const needed = neededBy(textOf(path));
    expect([...reachedFrom(textOf(path))].filter((name) => !needed.includes(name))).toEqual([]);
  });

  it.each(scripts)('%s gives its secrets to no program as an argument or in the environment', (path) => {
    const lines = assembleScript(path).text.split('\n');
    expect(lines.filter((line) => /\bexport\b.*PASSWORD|redis-cli/.test(line) && !line.startsWith('#'))).toEqual([]);
  });
});

describe('assembling a script', () => {
  it('puts the shared shell before the script and hashes what will run', () => {
    const { text, hash } = assembleScript('redis/status-server.sh');
    expect(text.startsWith(textOf('lib.sh'))).toBe(true);
    expect(text.endsWith(textOf('redis/status-server.sh'))).toBe(true);
    expect(hash).toBe(sha256(text));
    expect(assembleScript('redis/status-server.sh')).toBe(assembleScript('redis/status-server.sh'));
  });

  it.each(['redis/no-such.sh', '../redis/x.sh', 'lib.sh', '/etc/passwd'])('refuses %s', (path) => {
    expect(() => assembleScript(path)).toThrow(DefectError);
  });
});
