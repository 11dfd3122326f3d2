import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './image.ts';
import type { FleetHost } from './inventory.ts';
import { hostDir } from './keys.ts';
import { must, run, until, type Outcome } from './process.ts';
import { codeDir, type FleetSettings } from './settings.ts';

const script = join(codeDir, 'host.sh');

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process or file is gone; that is the answer
  }
}

/** The pid in `file` while that process runs and has `mark` among its arguments: a pid used anew is not ours. */
function livePid(file: string, mark: string): number | undefined {
  const pid = readText(file).trim();
  if (pid === '') return undefined;
  const command = readText(`/proc/${pid}/cmdline`);
  // In the middle of an execve a process has no arguments for a moment; what has ended has no program either.
  const isOurs = command === '' ? existsSync(`/proc/${pid}/exe`) : command.split('\0').includes(mark);
  return isOurs ? Number(pid) : undefined;
}

/** The process that supervises this host, while it runs. */
export function supervisorPid(settings: FleetSettings, host: string): number | undefined {
  const dir = hostDir(settings, host);
  return livePid(join(dir, 'supervisor.pid'), dir);
}

function nspawnPid(settings: FleetSettings, host: string): number | undefined {
  const dir = hostDir(settings, host);
  return livePid(join(dir, 'nspawn.pid'), `--directory=${join(dir, 'merged')}`);
}

/** PID 1 of the host as the machine counts, while it runs. */
export function initPid(settings: FleetSettings, host: string): number | undefined {
  const nspawn = nspawnPid(settings, host);
  if (nspawn === undefined) return undefined;
  const children = readText(`/proc/${nspawn}/task/${nspawn}/children`).trim().split(' ');
  return children.filter((pid) => /^NSpid:.*\t1$/m.test(readText(`/proc/${pid}/status`))).map(Number)[0];
}

/** Path of a file of the host's control group, while its supervisor runs (undefined: it does not). */
export function cgroupFile(settings: FleetSettings, host: string, file: string): string | undefined {
  const pid = supervisorPid(settings, host);
  return pid === undefined ? undefined : `/proc/${pid}/root/sys/fs/cgroup/${settings.name}/${host}/${file}`;
}

/**
 * Runs a command in bash as the host's root, past its network, firewall and sshd. For looking, not for daemons. The shell
 * in between waits for it, as nsenter would stop itself when a host that shuts down stops its processes, and a host whose
 * processes nobody reaps never ends.
 */
export async function execInside(settings: FleetSettings, host: string, command: string): Promise<Outcome> {
  const pid = initPid(settings, host);
  if (pid === undefined) throw new Error(`${host} is off, so nothing can run in it; boot it first.`);
  const enter = ['nsenter', '--target', String(pid), '--all', '--root', '--wd', '--no-fork'];
  const wait = ['sh', '-c', '"$@"; exit $?', 'sh'];
  const environment = ['env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'];
  return run([...enter, ...wait, ...environment, 'LANG=C.UTF-8', 'bash', '-c', command]);
}

/** Ends whatever runs of the host, by its control group, and waits until it is gone (idempotent). */
export async function clearHost(settings: FleetSettings, host: string): Promise<void> {
  await must(['unshare', '--mount', '--propagation', 'private', script, 'clear', settings.name, host]);
  await until(`${host}: end of its supervisor`, 20_000, () => supervisorPid(settings, host) === undefined || undefined);
}

/** Switches a host on (its disk must exist); returns before it has booted. A host that is on is left alone. */
export async function startHost(settings: FleetSettings, host: FleetHost): Promise<void> {
  if (supervisorPid(settings, host.name) !== undefined) return;
  await clearHost(settings, host.name);
  const dir = hostDir(settings, host.name);
  const image = JSON.parse(readFileSync(join(dir, 'image.json'), 'utf8')) as Image;
  rmSync(join(dir, 'nspawn.pid'), { force: true });
  const log = openSync(join(dir, 'console.log'), 'a');
  const [program = '', ...args] = [
    ...['unshare', '--mount', '--propagation', 'private', script, 'run'],
    ...[settings.name, host.name, host.address, dir, image.base, image.repo],
  ];
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${host.name}: unshare(1) does not start.`);
  writeFileSync(join(dir, 'supervisor.pid'), `${child.pid}\n`);
  child.unref();
}

/** Waits until systemd in the host says that booting is over and all is well; `failed` units are named in the error. */
export async function waitBooted(settings: FleetSettings, host: string, timeoutMs = 120_000): Promise<void> {
  const console = join(hostDir(settings, host), 'console.log');
  const state = await until(`${host}: boot (see ${console})`, timeoutMs, async () => {
    if (supervisorPid(settings, host) === undefined) {
      throw new Error(`${host}: ended while booting; its console: ${readText(console).slice(-1500)}`);
    }
    const pid = initPid(settings, host);
    if (pid === undefined || !existsSync(`/proc/${pid}/root/run/systemd/private`)) return undefined;
    const answer = (await execInside(settings, host, 'systemctl is-system-running --wait')).stdout.trim();
    return answer === 'running' || answer === 'degraded' ? answer : undefined;
  });
  if (state === 'degraded') {
    const failed = await execInside(settings, host, 'systemctl --failed --no-legend --plain');
    throw new Error(`${host}: booted, but degraded: ${failed.stdout.trim()}`);
  }
}

/** Switches a host off in order; one that does not go within 30 s is killed. Its disk stays. */
export async function stopHost(settings: FleetSettings, host: string): Promise<void> {
  const pid = nspawnPid(settings, host);
  if (pid !== undefined) {
    const freeze = cgroupFile(settings, host, 'payload/cgroup.freeze');
    if (freeze !== undefined && existsSync(freeze)) writeFileSync(freeze, '0'); // a frozen host cannot stop in order
    process.kill(pid, 'SIGTERM');
    const gone = () => nspawnPid(settings, host) === undefined || undefined;
    await until(`${host}: orderly stop`, 30_000, gone).catch(() => undefined); // clearHost ends what did not go
  }
  await clearHost(settings, host);
}

/** Kills a host hard: SIGKILL to its PID 1, which takes all its processes along. Its disk stays. */
export async function killHost(settings: FleetSettings, host: string): Promise<void> {
  const pid = initPid(settings, host);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  const gone = () => supervisorPid(settings, host) === undefined || undefined;
  await until(`${host}: end after SIGKILL`, 10_000, gone, 10).catch(() => undefined);
  await clearHost(settings, host);
}
