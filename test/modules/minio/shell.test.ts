import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runShell, type RunOptions } from '../shell.ts';
import { PASSWORD, startStandIn, type StandIn } from './stand-in.ts';

const NEEDS = ['lib.sh', 'perl.sh', 'json-perl.sh', 'http.sh', 's3.sh', 'minio.sh'];

describe('the shell of minio, against minio-stand-in on this machine', () => {
  let server: StandIn;

  beforeAll(async () => {
    server = await startStandIn();
  });

  afterAll(() => server.close());

  const run = (body: string, options: RunOptions = {}) =>
    runShell(`use_secrets ROOT_PASSWORD\nAPI_PORT=${server.port}\nAT=localhost:${server.port}\n${body}`, {
      ...{ needs: NEEDS, secrets: { ROOT_PASSWORD: PASSWORD } },
      ...options,
    });

  it('puts, gets, compares and deletes an object with signed requests, and leaves nothing', async () => {
    const formatted = `formatted() { [[ $(minio_health 127.0.0.1 cluster) == 200 ]]; }; wait_for 10 formatted`;
    const ran =
      await run(`${formatted}; know_members here here=127.0.0.1; scratch_directory; prove_objects $AT $AT $AT $AT
      s3_ask $AT GET /keybuzz-probe-here; fact after "$WORD $(s3_said)"`);
    expect(ran.exitCode).toBe(0);
    expect(ran.facts.after).toBe('answers NoSuchBucket');
  });

  it('tells a wrong password, an unsigned request, nobody, and a server that hangs apart', async () => {
    const wrong = await run('s3_ask $AT GET /; fact word "$WORD $(s3_said)"', {
      secrets: { ROOT_PASSWORD: 'another-1' },
    });
    expect(wrong.facts.word).toBe('wrong-password SignatureDoesNotMatch');
    const ran = await run('fact unsigned "$(s3_unsigned $AT)"; s3_ask localhost:9 GET /; fact nobody "$WORD"');
    expect(ran.facts).toMatchObject({ unsigned: '403', nobody: 'stopped' });
    const sockets: Socket[] = [];
    const deaf = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const hangs = `S3_SECONDS=1; s3_ask 127.0.0.1:${(deaf.address() as AddressInfo).port} GET /; fact word "$WORD"`;
    expect((await run(hangs)).facts.word).toBe('silent');
    for (const socket of sockets) socket.destroy();
    deaf.close();
    await once(deaf, 'close');
  });

  it('refuses a name that leads elsewhere, waits for one that is written a moment ago, and in check mode for none', async () => {
    const known = (answers: string) =>
      `NAMES_SECONDS=2; dns_addresses() { ${answers}; }; NAMES=(minio-01.keybuzz.io) ADDRESSES=(10.0.0.134); preflight_minio_names`;
    const needs = [...NEEDS, 'minio-server.sh'];
    const elsewhere = await run(known('echo 127.0.1.1'), { needs, mode: 'check' });
    expect(elsewhere.facts.reason).toBe('minio-01.keybuzz.io is 127.0.1.1 on this host, not 10.0.0.134.');
    expect((await run(known('true'), { needs, mode: 'check' })).exitCode).toBe(0);
    expect((await run(known('true'), { needs })).facts.reason).toContain(
      'minio-01.keybuzz.io is not known on this host',
    );
    const late = 'scratch_directory; at=$SCRATCH_DIRECTORY/asked';
    const answers = 'if [[ -e $at ]]; then echo 10.0.0.134; else touch "$at"; fi';
    expect((await run(`${late}; ${known(answers)}`, { needs })).exitCode).toBe(0);
  });

  it('says what was tried when an object comes back otherwise, or not at all', async () => {
    const body = 'know_members here here=127.0.0.1; scratch_directory; s3_demand "get the object" $AT GET /no-bucket/x';
    expect((await run(body)).facts.reason).toBe(
      `It was not possible to get the object through localhost:${server.port}: NoSuchKey.`,
    );
  });

  it('keeps the password out of every argument, also for the moment of a request', async () => {
    const ran = await run(`curl() { fact arguments "$*"; command curl "$@"; }; s3_ask $AT GET /`);
    expect(ran.exitCode).toBe(0);
    expect(ran.output).not.toContain(PASSWORD);
  });

  it("reads MinIO's ServerInfo, also where a drive heals or is gone, and where a node is offline", async () => {
    const drive = { endpoint: 'http://x', path: '/d', state: 'ok', uuid: 'u', totalspace: 10, healing: true };
    const servers = [
      { state: 'offline', endpoint: 'minio-02.keybuzz.io:9000', drives: [] },
      { state: 'online', endpoint: 'minio-01.keybuzz.io:9000', version: 'v1', drives: [drive, { state: 'offline' }] },
    ];
    const info = JSON.stringify({
      deploymentID: 'an-id',
      backend: { standardSCParity: 1 },
      servers,
      pools: { '0': {} },
    });
    const told = `print join " ", map { my $one = $_; join ",", map { "$_=$one->{$_}" } qw(host state version ok all healing) } @servers;`;
    const ran = await run(
      `S3_DIRECTORY=${server.root}; printf '%s' '${info}' >${server.root}/answer; read_minio_info '${told}'; echo`,
    );
    expect(ran.output.trim()).toBe(
      'host=minio-01.keybuzz.io,state=online,version=v1,ok=1,all=2,healing=1 ' +
        'host=minio-02.keybuzz.io,state=offline,version=none,ok=0,all=0,healing=0',
    );
  });
});
