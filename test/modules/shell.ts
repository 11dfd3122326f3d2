import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLineReader, type ProtocolLine } from '../../src/ssh/protocol.ts';

const MODULES = join(import.meta.dirname, '../../src/modules');

/** What a script of the test did. */
export interface Ran {
  exitCode: number | null;
  output: string;
  lines: readonly ProtocolLine[];
  /** Each `::change`, as `kind target detail`. */
  changes: string[];
  /** The diff lines of all changes. */
  diff: string[];
  facts: Record<string, string>;
}

export interface RunOptions {
  mode?: 'check' | 'apply' | 'read';
  /** Shared shell before the body. */
  needs?: string[];
  secrets?: Record<string, string>;
  args?: string[];
  path?: string;
}

/** Runs a body as the transport runs a script: in real bash, on stdin, as one group, secrets as unexported variables. */
export async function runShell(body: string, options: RunOptions = {}): Promise<Ran> {
  const { mode = 'apply', needs = ['lib.sh'], secrets = {}, args = [], path } = options;
  const shared = needs.map((name) => readFileSync(join(MODULES, name), 'utf8'));
  const assignments = Object.entries(secrets).map(([name, value]) => `${name}='${value}'`);
  const main = `main() {\n${body}\n}\nmain "$@" </dev/null`;
  const text = `{\nexec 2>&1\n${[...assignments, ...shared, main].join('\n')}\n}\n`;
  const env = { PATH: path ?? process.env.PATH ?? '', KEYBUZZ_MODE: mode };
  const child = spawn('bash', ['-s', '--', ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stdin.end(text);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const reader = createLineReader();
  for (const line of output.split('\n').slice(0, -1)) reader.read(line);
  return { exitCode, output, ...readLines(reader.lines), lines: reader.lines };
}

function readLines(lines: readonly ProtocolLine[]): Pick<Ran, 'changes' | 'diff' | 'facts'> {
  const changes = lines.flatMap((line) => (line.kind === 'change' ? [line] : []));
  return {
    changes: changes.map((line) => `${line.changeKind} ${line.target} ${line.detail}`.trim()),
    diff: changes.flatMap((line) => line.diff),
    facts: Object.fromEntries(lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : []))),
  };
}
