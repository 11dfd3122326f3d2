import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { buildRead, type Transport } from '../../src/ssh/transport.ts';
import { assemble, assembleText } from './assemble.ts';

const request = { args: [] as string[], mode: 'read' as const, secrets: [] as Secret[], timeoutSeconds: 30 };

/** Programs that start what follows as sshd does: the first leads its process group, so the login shell runs the script. */
const SHELLS: [way: string, shell: string[]][] = [
  ['in the login shell', ['setsid', '--wait', 'bash']],
  ['in a bash of its own', ['bash']],
  ['in a bash of its own below another login shell', ['setsid', '--wait', 'dash']],
];

describe.each(SHELLS)('a script for a channel, %s', (way, [program = '', ...before]) => {
  /** As sshd does it: the command line through the login shell, the text on its stdin. */
  function run({ command, stdin }: Transport, more: { length?: number; env?: Record<string, string> } = {}) {
    const ran = spawnSync(program, [...before, '-c', command], {
      input: stdin.slice(0, more.length ?? stdin.length),
      // bash takes our socket for a network's and may read ~/.bashrc, as it does below sshd: nobody's is read here.
      env: { ...process.env, HOME: '/nonexistent', ...more.env },
      encoding: 'utf8',
      // A script in a session of its own is not ended with ours.
      timeout: 60_000,
    });
    return { code: ran.status, signal: ran.signal, stdout: ran.stdout };
  }
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keybuzz-transport-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('gets its arguments and its mode, and its exit code comes back', () => {
    const script = assemble(`printf '<%s>' "$KEYBUZZ_MODE" "$@"\nexit 7`);
    const { code, stdout } = run(buildRead({ ...request, script, args: ['a b', '$(id)', "it's", ''] }));
    expect({ code, stdout }).toEqual({ code: 7, stdout: "<read><a b><$(id)><it's><>" });
  });

  it('cannot be eaten by a program in it that reads stdin', () => {
    const script = assemble('cat\nhead -c 10\necho whole');
    expect(run(buildRead({ ...request, script }))).toMatchObject({ code: 0, stdout: 'whole\n' });
  });

  it('does nothing at all when it is cut anywhere before its end', () => {
    const mark = join(directory, 'mark');
    const script = assemble(`touch ${mark}`);
    const secrets = [new Secret('TOKEN', 'x; touch "$mark"')];
    const transport = buildRead({ ...request, script, secrets });
    for (let length = 0; length < transport.stdin.length - 2; length++) {
      run(transport, { length });
      expect({ length, hasRun: existsSync(mark) }).toEqual({ length, hasRun: false });
    }
    run(transport);
    expect(existsSync(mark)).toBe(true);
  });

  it('has secrets as variables that no child finds in its environment, even one that was exported before', () => {
    const value = `p'a"s$(id)s\\ \`w\``;
    const script = assemble('printf %s "$PROBE_PASSWORD"\nenv | grep -c PROBE_PASSWORD || true');
    const transport = buildRead({ ...request, script, secrets: [new Secret('PROBE_PASSWORD', value)] });
    const { stdout } = run(transport, { env: { PROBE_PASSWORD: 'from the environment' } });
    expect(stdout).toBe(`${value}0\n`);
    expect(transport.command).not.toContain('pass');
  });

  it('is ended by the host after its limit with 124', () => {
    const script = assemble('sleep 30');
    expect(run(buildRead({ ...request, script, timeoutSeconds: 1 })).code).toBe(124);
  });

  it('runs where this way of starting it means it to', () => {
    const { stdout } = run(buildRead({ ...request, script: assemble('echo "$BASH_SUBSHELL"') }));
    expect(stdout).toBe(way === 'in the login shell' ? '1\n' : '0\n');
  });

  it('takes what it started with it when it is ended', () => {
    const script = assemble('sleep 30 &\necho $!\nsleep 30');
    const { code, stdout } = run(buildRead({ ...request, script, timeoutSeconds: 1 }));
    expect(code).toBe(124);
    expect(existsSync(`/proc/${Number(stdout)}/exe`)).toBe(false);
  });

  it('is killed a while after its limit when it does not listen', () => {
    const script = assemble(`trap '' TERM\necho begun\nsleep 30; sleep 30`);
    const ran = run(buildRead({ ...request, script, timeoutSeconds: 1 }));
    expect(ran.stdout).toBe('begun\n');
    expect(ran.code === 137 || ran.signal === 'SIGKILL').toBe(true);
  });

  it('may wait for its own children, and its traps run', () => {
    const script = assemble(`trap 'echo cleaned' EXIT\n(sleep 0.2; echo child) &\nwait\necho parent\nexit 3`);
    const { code, stdout } = run(buildRead({ ...request, script }));
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'child\nparent\ncleaned\n' });
  });

  it('is the same script when it holds more than ASCII', () => {
    const script = assemble(`printf '%s' 'größe → 5 €' "\${#1}"`);
    const ran = run(buildRead({ ...request, script, args: ['é'] }), { env: { LC_ALL: 'C.UTF-8' } });
    expect(ran).toMatchObject({ code: 0, stdout: 'größe → 5 €1' });
  });

  it('is run by no shell that something was done to', () => {
    const script = assemble('shopt -q nullglob && echo odd\nfalse() { :; }\nls() { echo ours; }\nls');
    const odd = { BASH_ENV: join(directory, 'odd.bash') };
    writeFileSync(odd.BASH_ENV, 'shopt -s nullglob\nprintf() { echo theirs; }\n');
    const { command, stdin } = buildRead({ ...request, script });
    const ran = run({ command: `unset BASH_ENV\n${command}`, stdin }, { env: odd });
    expect(ran).toMatchObject({ code: 0, stdout: 'ours\n' });
  });

  it('has its errors in the order of its lines', () => {
    const script = assemble('echo one\necho two >&2\necho three');
    expect(run(buildRead({ ...request, script })).stdout).toBe('one\ntwo\nthree\n');
  });

  it('works for a script as long as all shared shell together', async () => {
    const padding = `# ${'x'.repeat(98)}\n`.repeat(2_000);
    const file = join(directory, 'long');
    await writeFile(file, '');
    const script = assembleText(`${padding}main() { echo ran >${file}; }\nmain "$@" </dev/null\n`);
    expect(run(buildRead({ ...request, script })).code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('ran\n');
  });
});

describe('a script that must not go out', () => {
  it.each([
    ['main() { :; }\nmain\n'],
    ['main() { :; }\nmain "$@" </dev/null'],
    ['main() { :; }\nmain "$@" </dev/null\necho more\n'],
    ['main() { :; }\n# \0\nmain "$@" </dev/null\n'],
  ])('is refused when its text is %j', (text) => {
    expect(() => buildRead({ ...request, script: assembleText(text) })).toThrow(
      expect.objectContaining({ code: 'KEYBUZZ_SCRIPT_DEFECT' }),
    );
  });

  it('is refused when its text is not the one that was planned', () => {
    const script = { ...assemble('true'), hash: assemble('false').hash };
    expect(() => buildRead({ ...request, script })).toThrow(/was planned/);
  });

  it.each(['PATH', 'IFS', 'BASH_ENV', 'LD_PRELOAD', 'KEYBUZZ_MODE', 'lower', 'A B', 'A;id', ''])(
    'is refused with a secret called %j',
    (name) => {
      const secrets = [new Secret(name, 'value')];
      expect(() => buildRead({ ...request, script: assemble('true'), secrets })).toThrow(
        expect.objectContaining({ code: 'KEYBUZZ_SCRIPT_DEFECT' }),
      );
    },
  );

  it.each([0, -1, 1.5, Number.NaN, Infinity])('is refused with a limit of %p seconds', (timeoutSeconds) => {
    expect(() => buildRead({ ...request, script: assemble('true'), timeoutSeconds })).toThrow(
      /whole number of seconds/,
    );
  });

  it('is refused with more arguments than a command line takes', () => {
    const args = ['x'.repeat(200_000)];
    expect(() => buildRead({ ...request, script: assemble('true'), args })).toThrow(/command line takes/);
  });
});
