import { spawnSync } from 'node:child_process';

/** Runs real bash with this stdin, and with `env` besides our own environment. */
export function bash(
  args: string[],
  stdin: string,
  env: Record<string, string> = {},
): { code: number | null; stdout: string; stderr: string } {
  const ran = spawnSync('bash', args, {
    input: stdin,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}
