import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShell, type Ran } from '../shell.ts';

const MODULES = join(import.meta.dirname, '../../../src/modules');

/** The status script's own functions, without running it. */
const STATUS = readFileSync(join(MODULES, 'base/status-host.sh'), 'utf8').replace(/^main .*$/m, '');

const NEEDS = [
  ...['lib.sh', 'system.sh', 'preflight.sh', 'base-access.sh', 'base-sshd.sh', 'base-firewall.sh'],
  ...['base-host.sh', 'base-docker.sh'],
];

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** As UFW 0.36.2 notes its rules. */
const tuple = (rule: string, comment?: string): string =>
  `### tuple ### ${rule} in${comment === undefined ? '' : ` comment=${hex(comment)}`}\n-A ufw-user-input -j ACCEPT\n`;

describe('the shell of base, with stand-ins for what a test can not change', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-base-shell-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function write(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Puts a program of that name first in the path. */
  function standIn(name: string, script: string): void {
    chmodSync(write(name, `#!/bin/bash\n${script}\n`), 0o755);
  }

  const run = (body: string, mode: 'check' | 'apply' | 'read' = 'read'): Promise<Ran> =>
    runShell(`${STATUS}\n${body}`, { mode, needs: NEEDS, path: `${directory}:${process.env.PATH ?? ''}` });

  /** The lines that a body printed and that are none of the protocol. */
  const printed = async (body: string): Promise<string[]> =>
    (await run(body)).output.split('\n').filter((line) => line !== '' && !line.startsWith('::'));

  describe('comparing rules', () => {
    const compare = (noted: string, wanted: string[]): Promise<string[]> => {
      const file = write('user.rules', `*filter\n${noted}COMMIT\n`);
      return printed(`USER_RULES=${file}; RULES=(${wanted.join(' ')}); compare_rules`);
    };

    it('adds all of them where UFW has none', async () => {
      expect(await compare('', ['ssh,tcp,22,10.0.0.0/16', 'mail,tcp,25,any'])).toEqual([
        'add tcp 22 10.0.0.0/16 ssh',
        'add tcp 25 0.0.0.0/0 mail',
      ]);
    });

    it('finds no difference in what it once added, ranges and whole networks included', async () => {
      const noted = [
        tuple('allow tcp 22 0.0.0.0/0 any 10.0.0.0/16', 'keybuzz:ssh'),
        tuple('allow tcp 2379:2380 0.0.0.0/0 any 10.0.0.0/16', 'keybuzz:k3s'),
        tuple('allow any any 0.0.0.0/0 any 10.42.0.0/16', 'keybuzz:pods'),
        tuple('allow tcp 25 0.0.0.0/0 any 0.0.0.0/0', 'keybuzz:mail'),
      ].join('');
      const wanted = ['ssh,tcp,22,10.0.0.0/16', 'k3s,tcp,2379:2380,10.0.0.0/16', 'pods,any,any,10.42.0.0/16'];
      expect(await compare(noted, [...wanted, 'mail,tcp,25,any'])).toEqual([]);
    });

    it('takes away only what is ours, and takes a rule of somebody else for as good as ours', async () => {
      const noted = [
        tuple('allow tcp 22 0.0.0.0/0 any 10.0.0.0/16', 'by hand'),
        tuple('allow tcp 7777 0.0.0.0/0 any 10.0.0.0/16', 'keybuzz:old'),
        tuple('allow tcp 9100 0.0.0.0/0 any 10.0.0.152'),
        tuple('deny tcp 23 0.0.0.0/0 any 0.0.0.0/0'),
      ].join('');
      expect(await compare(noted, ['ssh,tcp,22,10.0.0.0/16'])).toEqual(['delete tcp 7777 10.0.0.0/16 -']);
    });
  });

  it('names the ports that would be closed, but not those that rules or Docker open', async () => {
    const listeners = [22, 80, 2379, 9100, 5432].map((port) => `LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*`);
    listeners.push(
      'LISTEN 0 128 127.0.0.1:6010 0.0.0.0:*',
      'LISTEN 0 128 [::]:8080 [::]:*',
      'LISTEN 0 128 [::1]:25 [::]:*',
    );
    standIn('ss', `printf '%s\\n' ${listeners.map((line) => `'${line}'`).join(' ')}`);
    const noted = write('user.rules', tuple('allow tcp 5432 0.0.0.0/0 any 10.0.0.0/16'));
    const rules = 'RULES=(ssh,tcp,22,10.0.0.0/16 k3s,tcp,2379:2380,10.0.0.0/16 pods,any,any,10.42.0.0/16)';
    const holder = 'listener_of() { case $1 in 8080) echo docker-proxy 7 ;; 9100) echo node_exporter 8 ;; esac; }';
    expect(await printed(`USER_RULES=${noted}; ${rules}; ${holder}; open_ports`)).toEqual([
      '80 a program',
      '9100 node_exporter',
    ]);
  });

  it.each([
    ['allowusers deploy', true],
    ['allowusers deploy\nallowusers root@10.0.0.0/16', false],
    ['allowgroups wheel', true],
    ['allowgroups wheel\nallowgroups root', false],
    ['denyusers root', true],
    ['denyusers mallory', false],
    ['permitrootlogin without-password', false],
  ])('takes %j for a configuration that keeps root out: %s', async (text, isOut) => {
    const answer = await printed(`if root_is_left_out '${text}'; then echo out; else echo in; fi`);
    expect(answer).toEqual([isOut ? 'out' : 'in']);
  });

  it("reads the offset of systemd-timesyncd's last answer, whichever way it is off", async () => {
    standIn('dpkg-query', 'exit 1');
    const message = (origin: number, receive: number, transmit: number, destination: number): string =>
      `{"type":"(uuuuittayttttbtt)","data":[0,4,4,2,-24,15869,30533,[185,12,64,1],${origin},${receive},${transmit},${destination},false,12,2310]}`;
    standIn('busctl', `echo '${message(1_000_000, 1_850_000, 1_850_100, 1_100_100)}'`);
    expect(await printed('clock_offset; echo')).toEqual(['800']);
    standIn('busctl', `echo '${message(2_000_000, 1_450_000, 1_450_000, 2_100_000)}'`);
    expect(await printed('clock_offset; echo')).toEqual(['600']);
  });

  it("reads chrony's offset where chrony is installed", async () => {
    standIn('dpkg-query', "case $* in *chrony*) printf 'installed 4.6' ;; *) exit 1 ;; esac");
    standIn(
      'chronyc',
      "echo 'B90C4001,185.12.64.1,3,1764312345.123456789,-0.750123456,0.0,0.0,-1.5,0.0,0.01,0.02,0.001,64.2,Normal'",
    );
    expect(await printed('clock_offset; echo')).toEqual(['750']);
  });

  it('counts the security updates that wait, and names those that a module rolls', async () => {
    standIn(
      'apt-get',
      `cat <<'END'
Inst libc6 [2.41-12] (2.41-12+deb13u1 Debian-Security:13/stable-security [amd64])
Inst redis-server [5:8.0.2-3] (5:8.0.2-3+deb13u1 Debian-Security:13/stable-security [amd64])
Inst openssl [3.0.13-0ubuntu3] (3.0.13-0ubuntu3.1 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])
Inst vim [2:9.1] (2:9.2 Debian:13.2/stable [amd64])
Conf libc6 (2.41-12+deb13u1 Debian-Security:13/stable-security [amd64])
END`,
    );
    const status = write('status', 'Package: libc6\n');
    const note = join(directory, 'note');
    const report = () => run(`APT_NOTE=${note} APT_INPUTS=(${status}); report_updates`);
    const three = { 'updates.security': '3', 'updates.held': 'redis-server' };
    expect((await report()).facts).toMatchObject(three);
    standIn('apt-get', 'true');
    // What apt said once counts only while all that it follows from is as it was.
    expect((await report()).facts).toMatchObject(three);
    writeFileSync(status, 'Package: libc7\n');
    expect((await report()).facts).toMatchObject({ 'updates.security': '0', 'updates.held': '' });
    expect((await report()).facts).toMatchObject({ 'updates.security': '0', 'updates.held': '' });
  });

  it('does not say that no update waits when apt does not say so', async () => {
    standIn('apt-get', 'exit 100');
    const { facts } = await run(`APT_NOTE=${join(directory, 'note')} APT_INPUTS=(${directory}/none); report_updates`);
    expect(facts['updates.security']).toBeUndefined();
    expect(facts['updates.lists']).toBeDefined();
  });

  it('comments out the lines of swap in /etc/fstab, and no others', async () => {
    const fstab = [
      '# swap was on /dev/sda2',
      'UUID=1 / ext4 defaults 0 1',
      'UUID=2 none swap sw 0 0',
      '/swapfile\tnone\tswap\tsw\t0\t0',
      '/dev/swapdisk /data ext4 defaults 0 2',
    ];
    const file = write('fstab', `${fstab.join('\n')}\n`);
    const out = await printed(`FSTAB=${file}; without_swap`);
    expect(out).toEqual([...fstab.slice(0, 2), `# keybuzz: ${fstab[2]}`, `# keybuzz: ${fstab[3]}`, fstab[4]]);
  });

  // Where jq is (base installs it on hosts; CI does for the tests), else skipped by that name.
  const describeWithJq = spawnSync('jq', ['--version']).status === 0 ? describe : describe.skip;
  describeWithJq('Docker', () => {
    beforeEach(() => {
      standIn(
        'systemctl',
        `echo "$*" >>${directory}/asked; case $* in *show*) echo "Sat 2026-01-03 10:00:00 UTC" ;; esac`,
      );
    });

    const deploy = (running: number): Promise<Ran> => {
      standIn('docker', `for ((i = 0; i < ${running}; i++)); do echo id$i; done`);
      const daemon = write('daemon.json', '{"registry-mirrors": ["https://mirror.example"], "log-driver": "local"}');
      const owner = 'ensure_mode() { :; }; chown() { :; }';
      return run(`${owner}; DAEMON=${daemon}; ensure_docker; cat ${daemon}`, 'apply');
    };

    it('keeps what stands in daemon.json, adds ours, and is restarted when nothing runs in it', async () => {
      const ran = await deploy(0);
      expect(JSON.parse(/^\{[^]*^\}/m.exec(ran.output)?.[0] ?? '')).toEqual({
        'registry-mirrors': ['https://mirror.example'],
        'log-driver': 'json-file',
        'log-opts': { 'max-size': '20m', 'max-file': '3' },
      });
      expect(ran.changes.at(-1)).toBe('service docker.service restart');
    });

    it('is not restarted while containers run, and says what it puts off', async () => {
      const ran = await deploy(3);
      expect(ran.facts['docker-restart']).toMatch(
        /^put off: 3 containers run; .* counts when Docker is next restarted$/,
      );
      expect(ran.changes.filter((change) => change.startsWith('service'))).toEqual([]);
      expect(readFileSync(join(directory, 'asked'), 'utf8')).not.toContain('restart docker');
    });

    it('finds nothing to do in a file that says the same in another form', async () => {
      const same = { 'log-opts': { 'max-file': '3', 'max-size': '20m' }, 'log-driver': 'json-file', debug: false };
      const daemon = write('daemon.json', JSON.stringify(same));
      expect(await printed(`DAEMON=${daemon}; if daemon_is_right; then echo right; fi`)).toEqual(['right']);
    });
  });
});
