import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCli } from './helpers/cli.ts';

describe('keybuzz without a configuration', () => {
  it('lists processes and verbs', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}keybuzz worker +Do the work/m);
    expect(stdout).toMatch(/^ {2}keybuzz deploy <module\|all> .*Install/m);
  });

  it('says its version', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('exits 2 on a verb that does not exist and says what was probably meant', async () => {
    expect(await runCli(['stauts'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('`status`'),
    });
    const { code, stdout } = await runCli(['stauts', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ exit: 2, error: { code: 'KEYBUZZ_COMMAND_UNKNOWN' } });
  });

  const broken = { REDIS_URL: 'http://x', LOG_LEVEL: 'loud', KEYBUZZ_POLICY: '/nowhere/policy.yaml' };
  it.each([
    ['bot', ['SLACK_BOT_TOKEN', 'REDIS_URL', 'LOG_LEVEL'], ['KEYBUZZ_SSH_KEY']],
    ['worker', ['KEYBUZZ_SSH_KEY', 'REDIS_URL', 'LOG_LEVEL'], ['SLACK_BOT_TOKEN']],
    ['start', ['SLACK_BOT_TOKEN', 'KEYBUZZ_SSH_KEY', 'REDIS_URL', 'LOG_LEVEL'], []],
    ['runs', ['REDIS_URL', 'LOG_LEVEL'], ['SLACK_BOT_TOKEN', 'KEYBUZZ_SSH_KEY']],
  ])('%s lists every fault of its configuration and exits 78', async (name, faults, others) => {
    const { code, stdout, stderr } = await runCli([name], broken);
    expect(code).toBe(78);
    expect(stdout).toBe('');
    for (const variable of faults) expect(stderr).toContain(`- ${variable}: `);
    for (const variable of others) expect(stderr).not.toContain(variable);
  });

  it('takes a policy with a fault as a bad configuration', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keybuzz-cli-'));
    const policy = join(directory, 'policy.yaml');
    writeFileSync(policy, 'people: { ada: { nam: Ada } }\nrules: []\n');
    const environment = {
      KEYBUZZ_POLICY: policy,
      SLACK_BOT_TOKEN: 'xoxb-1-aaaaaaaa',
      SLACK_APP_TOKEN: 'xapp-1-aaaaaaaa',
    };
    const { code, stderr } = await runCli(['bot'], environment);
    expect(code).toBe(78);
    expect(stderr).toContain('people/ada');
    rmSync(directory, { recursive: true });
  });
});
