import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShell, type Ran } from '../shell.ts';

const MODULES = join(import.meta.dirname, '../../../src/modules');
const NEEDS = 'lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-cli.sh'.split(' ');
const MEMBERS = 'a=10.0.0.1 b=10.0.0.2 c=10.0.0.3';

/** The script's own functions, without running it. */
const SCRIPT = readFileSync(join(MODULES, 'rabbitmq/deploy-server.sh'), 'utf8')
  .replace(/^main "\$@".*$/m, '')
  .replace(/^main\(\) \{$/m, 'deploy_main() {');

describe('a join that was not completed', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-rabbitmq-'));
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'data', 'node'), '');
    // What the node's programs are asked, with the limit that each is given; then the stand-in below.
    standIn('timeout', `printf '%s\\n' "$*" >>${directory}/asked; shift; exec "$@"`);
    standIn(
      'rabbitmqctl',
      `case $1 in join_cluster) touch ${directory}/counted ;; esac
       if [[ -e ${directory}/cut-after-$1 ]]; then rm ${directory}/cut-after-$1; kill -9 "$(cat ${directory}/pid)"; fi`,
    );
    standIn('rabbitmq-queues', `if [[ -e ${directory}/no-copies ]]; then echo 'no copies'; exit 70; fi`);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Puts a program of that name first in the path. */
  function standIn(name: string, script: string): void {
    writeFileSync(join(directory, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }

  const note = (name: string) => {
    writeFileSync(join(directory, name), '');
  };
  const isJoining = () => existsSync(join(directory, 'joining'));

  /** What the programs were asked since the last look. */
  function asked(): string[] {
    const path = join(directory, 'asked');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    rmSync(path, { force: true });
    return lines;
  }

  /** Deploys b, whose files and unit are as they should be; the others count it once it joined. */
  function deploy(mode: 'check' | 'apply' = 'apply'): Promise<Ran> {
    const stubs = `
      echo $$ >${directory}/pid
      RABBITMQ_HOME=${directory} RABBITMQ_DATA=${directory}/data JOINING=${directory}/joining
      preflight() { preflight_cluster; }
      state_of() { printf ours; }
      for name in ensure_package ensure_dir ensure_drop_in ensure_file ensure_service; do eval "$name() { :; }"; done
      unit_is() { true; }
      is_counted() { true; }
      ask_api() {
        WORD=answers CODE=200 BODY='[{"name":"rabbit@a","running":true}]'
        if [[ -e ${directory}/counted ]]; then BODY='[{"name":"rabbit@a","running":true},{"name":"rabbit@b","running":false}]'; fi
      }`;
    return runShell(`${SCRIPT}\n${stubs}\ndeploy_main b keybuzz-queue ${MEMBERS}`, {
      ...{ mode, needs: NEEDS, path: `${directory}:${process.env.PATH ?? ''}` },
      secrets: { ERLANG_COOKIE: 'cookie', MONITOR_PASSWORD: 'password' },
    });
  }

  const FINISH = ['120 rabbitmqctl start_app', '600 rabbitmq-queues grow rabbit@b all'];

  it.each([
    ['its queues got no copies', 'no-copies'],
    ['it was cut before the node served again', 'cut-after-join_cluster'],
  ])('is finished by the next deploy when %s', async (_, fault) => {
    note('joining');
    note(fault);
    expect((await deploy()).exitCode).not.toBe(0);
    expect([isJoining(), asked()[1]]).toEqual([true, '120 rabbitmqctl join_cluster rabbit@a']);
    rmSync(join(directory, fault), { force: true });
    const preview = await deploy('check');
    expect(preview.changes).toEqual([expect.stringMatching(/^member rabbit@b its join .* is finished$/)]);
    expect([isJoining(), asked()]).toEqual([true, []]);
    const next = await deploy();
    expect([next.exitCode, next.changes]).toEqual([0, preview.changes]);
    expect([isJoining(), asked()]).toEqual([false, FINISH]);
  });

  it('is none where the note of a join is gone: nothing is asked of the node and nothing changes', async () => {
    note('counted');
    const ran = await deploy();
    expect([ran.exitCode, ran.changes, asked()]).toEqual([0, [], []]);
  });

  it('leaves no note behind that would let the node of another cluster join and lose its data', async () => {
    for (const name of ['counted', 'joining']) note(name);
    expect((await deploy()).exitCode).toBe(0);
    rmSync(join(directory, 'counted'));
    const refused = await deploy();
    expect([refused.exitCode, refused.facts.reason]).toEqual([69, expect.stringContaining('does not count this host')]);
  });
});
