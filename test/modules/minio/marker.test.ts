import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';
import { PASSWORD, startStandIn, type StandIn } from './stand-in.ts';

const needs = [
  ...['lib.sh', 'system.sh', 'perl.sh', 'json-perl.sh', 'http.sh', 's3.sh', 'minio.sh', 'marker.sh', 'minio-marker.sh'],
];

describe('the markers of minio, against minio-stand-in on this machine', () => {
  let server: StandIn;

  beforeAll(async () => {
    server = await startStandIn();
  });

  afterAll(() => server.close());

  /** Writes markers through two entries, one of them dead, for a while, all in one group as a unit has it; then `meanwhile`, and the report. */
  async function told(meanwhile: string) {
    const at = `127.0.0.1:${server.port}`;
    const body = `use_secrets ROOT_PASSWORD
      API_PORT=${server.port} MARKER_DIRECTORY=${server.root}/markers
      know_members none one=127.0.0.1
      ready() { [[ $(minio_health 127.0.0.1 cluster) == 200 ]]; }
      wait_for 10 ready
      rm -rf $MARKER_DIRECTORY; mkdir $MARKER_DIRECTORY
      printf token >$MARKER_DIRECTORY/token
      head -c $MARKER_BYTES /dev/urandom >$MARKER_DIRECTORY/body
      s3_ask ${at} PUT /$MARKER_BUCKET
      { s3_login && sha256_of "$MARKER_DIRECTORY/body"; } >$MARKER_DIRECTORY/secret
      setsid perl -e "$MARKER_WRITER" $MARKER_DIRECTORY token node=${at} dead=127.0.0.1:9 &
      writer=$!
      enough() { [[ $(grep -c ' ok ' $MARKER_DIRECTORY/ledger-node 2>/dev/null) -ge 8 && -s $MARKER_DIRECTORY/ledger-dead ]]; }
      wait_for 20 enough
      fact secret-file "$(ls $MARKER_DIRECTORY | grep -c secret)"
      kill -- -$writer; wait $writer || true
      ${meanwhile}
      minio_report 127.0.0.1 10 node,dead
      s3_ask ${at} GET /$MARKER_BUCKET
      fact bucket "$(s3_said)"`;
    const ran = await runShell(body, { needs, secrets: { ROOT_PASSWORD: PASSWORD } });
    const checks = ran.lines.flatMap((line) => (line.kind === 'check' ? [[line.id, line.answer] as const] : []));
    expect(ran.output).not.toContain(PASSWORD);
    return { answers: Object.fromEntries(checks) as Record<string, string>, facts: ran.facts, output: ran.output };
  }

  it('count what was acknowledged through each entry, find all of it the same, and leave nothing', async () => {
    const { answers, facts } = await told('');
    expect(answers).toEqual({ outage: 'pass', 'lost-writes': 'pass' });
    expect(facts).toMatchObject({ lost: '0', verdict: 'pass', 'secret-file': '0', bucket: 'NoSuchBucket' });
    expect(facts.answers).toMatch(/ok=\d+ unreached=\d+/);
    expect(Number(facts.acknowledged)).toBeGreaterThanOrEqual(8);
  });

  it('fail for an object that is gone, and for one that is another', async () => {
    const path = 'keybuzz-marker/token/node';
    const { answers, facts } = await told(`s3_ask 127.0.0.1:${server.port} DELETE /${path}/3
      printf other >${server.root}/other; s3_ask 127.0.0.1:${server.port} PUT /${path}/5 ${server.root}/other`);
    expect(answers['lost-writes']).toBe('fail');
    expect(facts).toMatchObject({ lost: '2', 'lost-by-all': '2', verdict: 'fail' });
  });
});
