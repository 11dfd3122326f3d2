import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startSlackSandbox } from '../../sandbox/slack/index.ts';
import { openBot } from './bench.ts';
import { commandBody, send, signed } from './http-requests.ts';

const http = () => openBot({ door: 'http' });
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('the HTTP door', () => {
  it('answers what Slack asks of an address: its challenge when signed, and its TLS check', async () => {
    const bench = await http();
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c0ffee', token: 'verification' });
    const json = { contentType: 'application/json' };
    expect(await send(signed(bench, challenge, json))).toEqual({ status: 200, text: '{"challenge":"c0ffee"}' });
    expect((await send(signed(bench, challenge, { ...json, secret: 'another' }))).status).toBe(401);
    const check = { url: bench.door.httpUrl, body: 'ssl_check=1&token=x', headers: {} };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send({ ...check, headers })).status).toBe(200);
  });

  it('does nothing for a command that hides behind the TLS check', async () => {
    const { door, executed, engine } = await http();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await send({ url: door.httpUrl, body: `${commandBody('deploy redis')}&ssl_check=1`, headers });
    expect(engine.recorded).toEqual([]);
    expect(executed).toEqual([]);
  });

  it.each([
    ['unsigned', {}],
    ['signed by somebody else', { secret: 'guessed' }],
    ['from the past', { atSeconds: nowSeconds() - 400 }],
    ['from the future', { atSeconds: nowSeconds() + 400 }],
  ])('refuses a request %s', async (what, given) => {
    const bench = await http();
    const request = signed(bench, commandBody('deploy redis'), given);
    const { status } = await send(what === 'unsigned' ? { ...request, headers: {} } : request);
    expect(status).toBe(401);
    expect(bench.engine.recorded).toEqual([]);
  });

  it('takes one whose clock is a little wrong', async () => {
    const bench = await http();
    for (const skew of [-240, 240]) {
      const request = signed(bench, commandBody('help'), { atSeconds: nowSeconds() + skew });
      expect((await send(request)).status).toBe(200);
    }
  });

  it('refuses the same signed request again, also by another bot, however its headers are spelled', async () => {
    const first = await http();
    const second = await openBot({ door: 'http', slack: first.slack, engine: first.engine });
    const request = signed(first, commandBody('deploy redis'));
    expect((await send(request)).status).toBe(200);
    const { 'x-slack-signature': signature = '', 'x-slack-request-timestamp': at = '' } = request.headers;
    const spellings: Record<string, string>[] = [
      {},
      { 'x-slack-signature': `${signature}=again` },
      { 'x-slack-signature': signature.toUpperCase() },
      { 'x-slack-request-timestamp': `${at}.0` },
      { 'x-slack-request-timestamp': `0x${Number(at).toString(16)}` },
    ];
    for (const url of [first.door.httpUrl, second.door.httpUrl]) {
      for (const spelling of spellings) {
        const again = await send({ ...request, url, headers: { ...request.headers, ...spelling } });
        expect(again).toEqual({ status: 401, text: '' });
      }
    }
    expect(first.engine.recorded).toHaveLength(1);
    expect(first.door.log()).toContain('KEYBUZZ_REQUEST_REPLAYED');
  });

  it('says that nothing was recorded when Redis is away, instead of refusing', async () => {
    const bench = await http();
    bench.engine.breakRecording('fails');
    const { status, text } = await send(signed(bench, commandBody('deploy redis')));
    expect([status, text]).toEqual([200, expect.stringContaining('Not recorded, so nothing was done')]);
  });

  it('takes no more than a body of a megabyte, and nothing that is not Slack JSON', async () => {
    const bench = await http();
    expect((await send(signed(bench, 'x'.repeat(1024 * 1024 + 1)))).status).toBe(413);
    expect((await send(signed(bench, '{"type":', { contentType: 'application/json' }))).status).toBe(400);
    expect((await send({ ...signed(bench, ''), url: bench.door.httpUrl.replace('/slack/events', '/') })).status).toBe(
      404,
    );
    // Still there.
    expect((await send(signed(bench, commandBody('help')))).status).toBe(200);
  });

  it('survives requests that are no HTTP', async () => {
    const bench = await http();
    const port = Number(new URL(bench.door.httpUrl).port);
    for (const text of ['GET // HTTP/1.1\r\nhost: x\r\n\r\n', '\u0000\u0001\r\n\r\n', 'POST \r\n\r\n']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.end(text);
      await closed;
    }
    expect((await send(signed(bench, commandBody('help')))).status).toBe(200);
  });

  it('acks once when listeners are late, and a late one breaks nothing', async () => {
    const { operator, slack, engine } = await http();
    engine.breakRecording('hangs');
    const { payload } = await operator.command('#ops', '/keybuzz', 'deploy redis');
    expect(payload.text).toContain('may or may not have been recorded');
    engine.breakRecording('works');
    await operator.command('#ops', '/keybuzz', 'help');
    expect(slack.calls('slash_commands').filter(({ kind }) => kind === 'ack')).toHaveLength(2);
  });

  it('acks what no listener serves', async () => {
    const slack = await startSlackSandbox({ app: { commands: ['/keybuzz', '/other'] } });
    const { operator } = await openBot({ slack, door: 'http' });
    const { payload } = await operator.command('#ops', '/other', 'deploy redis');
    expect(payload.text).toContain('does not serve `/other`');
  });

  it('shows that it listens, finishes what came in, and lets go of its port', async () => {
    const { door, engine, operator, close } = await http();
    expect(door.health()).toMatchObject({ isOpen: true, connections: 1, wanted: 1 });
    const release = engine.holdRecording();
    const typed = operator.command('#ops', '/keybuzz', 'help');
    await engine.asked();
    const closed = close();
    release();
    expect((await typed).payload.text).toContain('Working on `help`');
    await closed;
    expect(door.health()?.isOpen).toBe(false);
    await expect(fetch(door.httpUrl)).rejects.toThrow();
  });

  it('names a port that somebody else has', async () => {
    const taken = new URL((await http()).door.httpUrl).port;
    await expect(openBot({ door: 'http', port: Number(taken) })).rejects.toMatchObject({ code: 'KEYBUZZ_PORT_TAKEN' });
  });
});
