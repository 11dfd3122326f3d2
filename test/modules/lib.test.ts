import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../src/canonical.ts';
import { runShell } from './shell.ts';

const OWNER = `${userInfo().username}:$(id -gn)`;
const SECRET = 'ab12cd34ef56ab12cd34ef56';

describe('the shared shell', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'keybuzz-lib-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const modeOf = (name: string): string => (statSync(join(root, name)).mode & 0o7777).toString(8);

  describe('ensure_file', () => {
    const body = (path: string): string => `
      use_secrets PASSWORD
      content() { printf 'user a\\npassword %s\\n' "$PASSWORD"; }
      ensure_file ${path} 0640 ${OWNER} content
      fact changes "$CHANGES"`;

    it('tells in check mode what it would write, with placeholders, and writes nothing', async () => {
      const ran = await runShell(body(`${root}/a.conf`), { mode: 'check', secrets: { PASSWORD: SECRET } });
      expect(ran.exitCode).toBe(0);
      expect(ran.changes).toEqual([`file ${root}/a.conf sha256:${sha256('user a\npassword <PASSWORD>\n')}`]);
      expect(ran.diff).toContain('+password <PASSWORD>');
      expect(ran.output).not.toContain(SECRET);
      expect(readdirSync(root)).toEqual([]);
    });

    it('writes what it told, whole and with its mode, and finds nothing to do the second time', async () => {
      const options = { secrets: { PASSWORD: SECRET } };
      const check = await runShell(body(`${root}/a.conf`), { ...options, mode: 'check' });
      const first = await runShell(body(`${root}/a.conf`), options);
      const second = await runShell(body(`${root}/a.conf`), options);
      expect(first.changes).toEqual(check.changes);
      expect(read('a.conf')).toBe(`user a\npassword ${SECRET}\n`);
      expect(modeOf('a.conf')).toBe('640');
      expect(second.changes).toEqual([]);
      expect(second.facts.changes).toBe('0');
      expect(readdirSync(root)).toEqual(['a.conf']);
    });

    it('gives the same hash for another secret, since people approve what is done and not the secret', async () => {
      const one = await runShell(body(`${root}/a.conf`), { mode: 'check', secrets: { PASSWORD: SECRET } });
      const other = await runShell(body(`${root}/a.conf`), { mode: 'check', secrets: { PASSWORD: 'another-secret' } });
      expect(one.changes).toEqual(other.changes);
    });

    it('shows neither our secret nor one that was there before us', async () => {
      writeFileSync(join(root, 'a.conf'), `user a\npassword oldSecretOfAStranger\nmasterauth: x9y9z9\n# ${SECRET}\n`);
      const ran = await runShell(body(`${root}/a.conf`), { mode: 'check', secrets: { PASSWORD: SECRET } });
      expect(ran.diff).toContain('-password <hidden>');
      expect(ran.diff).toContain('-# <PASSWORD>');
      for (const secret of [SECRET, 'oldSecretOfAStranger', 'x9y9z9']) expect(ran.output).not.toContain(secret);
    });

    it('repairs the mode alone when only that differs', async () => {
      writeFileSync(join(root, 'a.conf'), `user a\npassword ${SECRET}\n`);
      chmodSync(join(root, 'a.conf'), 0o644);
      const ran = await runShell(body(`${root}/a.conf`), { secrets: { PASSWORD: SECRET } });
      expect(ran.changes.map((change) => change.split(' ').slice(0, 3).join(' '))).toEqual([
        `mode ${root}/a.conf 0640`,
      ]);
      expect(modeOf('a.conf')).toBe('640');
    });

    it('leaves the file alone when the candidate is not valid', async () => {
      writeFileSync(join(root, 'a.conf'), 'good\n');
      const ran = await runShell(
        `content() { echo bad; }
         valid() { if grep -q bad "$1"; then refuse "It is bad." "Make it good."; fi; }
         ensure_file --validate valid ${root}/a.conf 0644 ${OWNER} content`,
      );
      expect(ran.exitCode).toBe(69);
      expect(ran.facts).toEqual({ reason: 'It is bad.', fix: 'Make it good.' });
      expect(ran.changes).toEqual([]);
      expect(read('a.conf')).toBe('good\n');
    });

    it('writes nothing when the function that prints the content fails in the middle', async () => {
      const ran = await runShell(`content() { echo half; false; echo whole; }
        ensure_file ${root}/a.conf 0644 ${OWNER} content`);
      expect(ran.exitCode).toBe(1);
      expect(readdirSync(root)).toEqual([]);
    });

    it('bounds the diff', async () => {
      const ran = await runShell(`content() { seq 500; }; ensure_file ${root}/a 0644 ${OWNER} content`, {
        mode: 'check',
      });
      expect(ran.diff.length).toBeLessThan(70);
      expect(ran.diff.at(-1)).toMatch(/^\[\d+ more lines\]$/);
    });
  });

  describe('ensure_line and ensure_dir', () => {
    it('adds a line once, or puts it in place of the one that matches', async () => {
      writeFileSync(join(root, 'f'), 'a = 1\nb = 2\n');
      const body = `ensure_line ${root}/f 'a = 5' '^a ='; ensure_line ${root}/f 'c = 3'`;
      expect((await runShell(body, { mode: 'check' })).changes).toHaveLength(2);
      expect(read('f')).toBe('a = 1\nb = 2\n');
      expect((await runShell(body)).changes).toHaveLength(2);
      expect(read('f')).toBe('a = 5\nb = 2\nc = 3\n');
      expect((await runShell(body)).changes).toEqual([]);
    });

    it('makes a directory once, and refuses a file in its place', async () => {
      const body = `ensure_dir ${root}/x/y 0750 ${OWNER}`;
      expect((await runShell(body, { mode: 'check' })).changes).toHaveLength(1);
      expect(existsSync(join(root, 'x'))).toBe(false);
      expect((await runShell(body)).changes).toHaveLength(1);
      expect(modeOf('x/y')).toBe('750');
      expect((await runShell(body)).changes).toEqual([]);
      writeFileSync(join(root, 'z'), '');
      expect((await runShell(`ensure_dir ${root}/z 0750 ${OWNER}`)).exitCode).toBe(69);
    });
  });

  describe('ensure_service', () => {
    /** A systemctl that keeps its state in files: the machine of the test has its own services. */
    function fakeSystemctl(): string {
      mkdirSync(join(root, 'bin'));
      const program = `#!/bin/bash
        for word; do case $word in --*) ;; *) words+=("$word") ;; esac; done
        verb=\${words[0]} unit=\${words[1]:-}
        case $verb in
          is-enabled | is-active) [[ -e ${root}/$unit.\${verb#is-} ]] ;;
          enable) touch ${root}/$unit.enabled ;;
          start)
            if [[ $unit == slow.* ]]; then (sleep 0.5; touch ${root}/$unit.active) >/dev/null 2>&1 & exit 1; fi
            touch ${root}/$unit.active
            ;;
          reset-failed) ;;
          show) echo no ;;
          *) echo "$verb $unit" >>${root}/calls ;;
        esac\n`;
      writeFileSync(join(root, 'bin/systemctl'), program, { mode: 0o755 });
      return `${root}/bin:${process.env.PATH ?? ''}`;
    }
    const needs = ['lib.sh', 'system.sh'];

    it('enables and starts once, and touches a running unit only when its configuration changed', async () => {
      const path = fakeSystemctl();
      const body = 'ensure_service a.service';
      const wanted = ['service a.service enabled', 'service a.service start'];
      expect((await runShell(body, { mode: 'check', needs, path })).changes).toEqual(wanted);
      expect(existsSync(join(root, 'a.service.active'))).toBe(false);
      expect((await runShell(body, { needs, path })).changes).toEqual(wanted);
      expect((await runShell(body, { needs, path })).changes).toEqual([]);
      expect((await runShell(`${body} reload`, { needs, path })).changes).toEqual(['service a.service reload']);
      expect(read('calls')).toBe('reload a.service\n');
    });

    it('fails for a unit that gives up, unless systemd has so long to start it again', async () => {
      const path = fakeSystemctl();
      const { facts } = await runShell('ensure_service slow.service', { needs, path });
      expect(facts.reason).toBe('slow.service did not start.');
      const patient = await runShell('START_SECONDS=10; ensure_service slow.two', { needs, path });
      expect([patient.exitCode, existsSync(join(root, 'slow.two.active'))]).toEqual([0, true]);
    });
  });

  describe('ensure_package', () => {
    const needs = ['lib.sh', 'system.sh'];

    it('has nothing to do for what is installed, and predicts what is not without asking the network', async () => {
      expect((await runShell('ensure_package bash', { needs })).changes).toEqual([]);
      const ran = await runShell('ensure_package keybuzz-no-such-package', { needs, mode: 'check' });
      expect(ran.changes).toEqual(['package keybuzz-no-such-package newest, predicted']);
      const pinned = await runShell('ensure_package bash 0.1', { needs, mode: 'check' });
      expect(pinned.changes).toEqual(['package bash 0.1']);
    });
  });

  it('refuses a missing secret or argument by name, and a mode that is none', async () => {
    expect((await runShell('use_secrets PASSWORD')).facts.reason).toContain('PASSWORD');
    expect((await runShell('need_args 2 "$@"', { args: ['one'] })).exitCode).toBe(64);
    expect((await runShell('true', { mode: 'other' as 'read' })).exitCode).toBe(64);
  });

  it('waits for a condition until its deadline and not longer', async () => {
    const body = `wait_for 5 test -e ${root}/there; if ! wait_for 1 false; then fact late yes; fi`;
    const running = runShell(body);
    writeFileSync(join(root, 'there'), '');
    expect((await running).facts.late).toBe('yes');
  });

  it('prints lines that the protocol reads back, whatever the values hold', async () => {
    const text = fc.string({ maxLength: 30 }).filter((value) => !/[\0'\r]/.test(value));
    await fc.assert(
      fc.asyncProperty(text, text, async (value, words) => {
        const body = `check an-id pass '${value}' '${words}'; fact a-key '${words}'; change kind /target '${words}'`;
        const ran = await runShell(body, { mode: 'check' });
        expect(ran.lines.map((line) => line.kind)).toEqual(['check', 'fact', 'change']);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves nothing of its own behind', async () => {
    await runShell(`scratch_directory; fact at "$SCRATCH_DIRECTORY"; touch "$SCRATCH_DIRECTORY/x"`).then((ran) => {
      expect(ran.facts.at).toMatch(/keybuzz/);
      expect(existsSync(ran.facts.at ?? '/')).toBe(false);
    });
  });
});
