import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';

const ACCOUNT = join(import.meta.dirname, '../../../src/modules/proxysql/deploy-account.sh');

/** The script without its last line: `main` is called by the test. */
const FUNCTIONS = readFileSync(ACCOUNT, 'utf8').replace(/\nmain "\$@" <\/dev\/null\n$/, '\n');

describe('the user as whom ProxySQL asks the members, where MariaDB does not answer', () => {
  const run = (mode: 'check' | 'apply') =>
    runShell(`${FUNCTIONS}\nask_root() { return 1; }\nmain 10.0.0.0/255.255.0.0`, {
      ...{ mode, secrets: { MONITOR_PASSWORD: 'secret' } },
      needs: ['lib.sh', 'preflight.sh', 'mariadb.sh', 'proxysql.sh', 'mariadb-accounts.sh'],
    });

  it('is predicted, as MariaDB may be deployed before in the same run', async () => {
    const { exitCode, changes } = await run('check');
    expect([exitCode, changes]).toEqual([0, ['account keybuzz_monitor predicted']]);
  });

  it('fails when it is to be made', async () => {
    const { exitCode, facts } = await run('apply');
    expect([exitCode, facts.reason]).toEqual([1, 'The MariaDB of this host does not answer root over its socket.']);
  });
});
