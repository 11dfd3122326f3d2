import { createHash } from 'node:crypto';
import { assembleScript } from '../../src/modules/index.ts';
import { Secret } from '../../src/secret.ts';
import type { AssembledScript } from '../../src/ssh/index.ts';

/** One question asked of every host: as our read, and as the command line and stdin that other tools are given. */
export interface Job {
  script: AssembledScript;
  args: readonly string[];
  secrets: readonly Secret[];
  /** What the others run: for `uptime` just that, for a script a bash that reads it from stdin. */
  command: string;
  stdin: string;
  /** Stands once in the output of every host that answered. */
  mark: string;
}

/** `uptime`; ours is a script that becomes it, as the login shell does for the others: a worker runs nothing but scripts. */
export function uptimeJob(): Job {
  const text = 'main() {\n  exec uptime\n}\n\nmain "$@" </dev/null\n';
  const script = { text, hash: createHash('sha256').update(text).digest('hex') };
  return { script, args: [], secrets: [], command: 'uptime', stdin: '', mark: 'load average' };
}

/** It opens nothing: no Redis runs on the hosts of these benches. */
const PASSWORD = 'bench-no-password';

/**
 * The status script of the redis module, which says on any host what Redis and Sentinel are doing there. Every tool sends
 * the same text; the others get its two passwords as its first lines, as ours sends them.
 */
export function statusJob(): Job {
  const script = assembleScript('redis/status-server.sh');
  const names = ['REDIS_PASSWORD', 'SENTINEL_PASSWORD'];
  const given = names.map((name) => `${name}='${PASSWORD}'\n`).join('');
  return {
    script,
    args: ['keybuzz'],
    secrets: names.map((name) => new Secret(name, PASSWORD)),
    command: 'bash -s -- keybuzz',
    stdin: `export KEYBUZZ_MODE=read\n${given}${script.text}`,
    mark: '::fact redis ',
  };
}
