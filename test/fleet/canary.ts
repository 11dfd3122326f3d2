import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';

/** In every canary; written so that the searching command itself does not hold it. */
const PATTERN = '[c]anary[A-Z][a-z]+Password';
const CANARY = /canary[A-Z][a-z]+Password/;

/** Galera's: a gigabyte of zeros is one line to grep, so it is read without them. */
const MOSTLY_EMPTY = 'galera.cache';

const STOP_FILE = '/run/keybuzz-canary-stop';

/** Looks at every argv and every unit's properties of a host again and again, until told to stop. */
export interface ArgvWatch {
  /** Where a canary was seen; empty is what we want. */
  stop(): Promise<string[]>;
}

/** Begins to watch. The first look has not yet happened when this returns. */
export function watchArgv(fleet: Fleet, host: string): ArgvWatch {
  const look = [
    `rm -f ${STOP_FILE}`,
    'looks=0',
    `while [ ! -e ${STOP_FILE} ]; do`,
    `  cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -aE '${PATTERN}' | sed 's/^/argv: /'`,
    `  systemctl show 'keybuzz-*' 'redis*' 'haproxy*' 'patroni*' 'pgbouncer*' 'mariadb*' 'proxysql*' 'rabbitmq*' 'k3s*' 2>/dev/null | grep -aE '${PATTERN}' | sed 's/^/unit: /'`,
    '  looks=$((looks + 1)); sleep 0.3',
    'done',
    'echo "looks: $looks"',
  ].join('\n');
  const watching = fleet.exec(host, look);
  return {
    async stop() {
      await fleet.exec(host, `touch ${STOP_FILE}`);
      const { stdout } = await watching;
      const lines = stdout.split('\n').filter((line) => line !== '');
      const looks = Number(/looks: (\d+)/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
      if (looks < 2) throw new Error(`${host} was looked at ${looks} times only`);
      return lines.slice(0, -1);
    },
  };
}

/** Watches hosts while `work` is done, and no longer, should it fail; gives where a canary was seen. */
export async function watchedWhile(
  fleet: Fleet,
  hosts: readonly string[],
  work: () => Promise<void>,
): Promise<string[]> {
  const watches = hosts.map((host) => watchArgv(fleet, host));
  const ended = await work().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const seen = await Promise.all(watches.map((watch) => watch.stop()));
  if (ended !== undefined) throw ended.error;
  return seen.flat();
}

/** Files of a host that hold a canary, each as `<mode> <path>`; kernel file systems are left out. */
export async function filesWithCanary(fleet: Fleet, host: string): Promise<string[]> {
  const left = `--exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude=${MOSTLY_EMPTY}`;
  const search = `grep -raEl '${PATTERN}' / ${left} 2>/dev/null`;
  const empty = `find / -xdev -name ${MOSTLY_EMPTY} -size +0`;
  const more = `${empty} | while read -r file; do tr -d '\\0' <"$file" | grep -aqE '${PATTERN}' && echo "$file"; done`;
  const { stdout } = await fleet.exec(host, `{ ${search}; ${more}; } | xargs -r stat -c '%a %n' | sort`);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Files below a local directory that hold a canary; `except` are paths where one belongs. */
export function localFilesWithCanary(directory: string, except: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => !except.some((allowed) => path.startsWith(allowed)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .filter((path) => CANARY.test(readFileSync(path, 'latin1')));
}

/** Everything a Redis holds, key by key, as one text. */
export function dumpRedis(port: number): string {
  const dump =
    "for _, k in ipairs(redis.call('KEYS', '*')) do redis.call('DUMP', k) end return #redis.call('KEYS', '*')";
  const ask = (...args: string[]) => execFileSync('redis-cli', ['-p', `${port}`, ...args], { encoding: 'latin1' });
  if (Number(ask('EVAL', dump, '0')) === 0) throw new Error('the bot wrote nothing into its Redis');
  const directory = ask('CONFIG', 'GET', 'dir').split('\n')[1] ?? '';
  ask('SAVE');
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

/** True when a text holds any canary, as it is or in base64. */
export function hasCanary(text: string, values: readonly string[]): boolean {
  return CANARY.test(text) || values.some((value) => text.includes(Buffer.from(value).toString('base64')));
}
