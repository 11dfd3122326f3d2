import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { assembleScript } from '../../src/modules/index.ts';
import { createLineReader } from '../../src/ssh/protocol.ts';
import type { Fleet } from './fleet.ts';

/** What a script did. */
export interface Ran {
  exitCode: number | null;
  changes: string[];
  facts: Record<string, string>;
}

/** A script of a module on one host, with the secrets that it is given. */
export interface ScriptAt {
  address: string;
  script: string;
  args: readonly string[];
  secrets: Record<string, string>;
}

/**
 * Runs a script as the transport does, without a worker; `limitSeconds` kills it, and all it started, in the middle. Throws when
 * it prints a secret, or a line that the worker could not read.
 */
export async function runScript(
  fleet: Fleet,
  at: ScriptAt,
  mode: 'check' | 'apply' | 'read',
  limitSeconds = 300,
): Promise<Ran> {
  const secrets = Object.entries(at.secrets).map(([name, value]) => `${name}='${value}'\n`);
  const input = `{\nexec 2>&1\nexport KEYBUZZ_MODE=${mode}\n${secrets.join('')}${assembleScript(at.script).text}}\n`;
  const limits = `-p RuntimeMaxSec=${limitSeconds} -p KillSignal=SIGKILL -p TimeoutStopSec=1`;
  const options = ['-i', fleet.sshKeyFile, '-o', `UserKnownHostsFile=${fleet.knownHostsFile}`, '-o', 'BatchMode=yes'];
  const command = `systemd-run -q --pipe --wait ${limits} bash -s -- ${at.args.join(' ')}`;
  const [program = '', ...rest] = fleet.enterNetns(['ssh', ...options, `root@${at.address}`, command]);
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stdin.on('error', () => undefined).end(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const reader = createLineReader();
  for (const line of output.split('\n')) reader.read(line);
  if (Object.values(at.secrets).some((secret) => output.includes(secret)))
    throw new Error(`${at.script} printed a secret.`);
  if (reader.malformed.length > 0) throw new Error(`${at.script} printed: ${JSON.stringify(reader.malformed)}`);
  return {
    exitCode,
    changes: reader.lines.flatMap((line) => (line.kind === 'change' ? [`${line.changeKind} ${line.target}`] : [])),
    facts: Object.fromEntries(reader.lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : []))),
  };
}
