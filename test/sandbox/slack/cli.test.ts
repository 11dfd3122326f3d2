import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

it('prints its address when it can serve, and stops on SIGTERM', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/slack/cli.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { msg: string; apiUrl: string; botToken: string };
  expect(ready.msg).toBe('ready');
  const headers = { authorization: `Bearer ${ready.botToken}` };
  const answer = await fetch(`${ready.apiUrl}auth.test`, { method: 'POST', headers });
  expect(await answer.json()).toMatchObject({ ok: true, user_id: 'U0KEYBUZZ' });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
