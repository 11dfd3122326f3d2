import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openLine, type Line } from '../../../sandbox/fleet/line.ts';

const ADDRESS = '127.77.2.1';

describe('the wire into a simulated host', () => {
  let line: Line | undefined;
  let clients: Socket[] = [];

  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients = [];
    await line?.close();
  });

  /** Answers each piece with itself. */
  async function open(): Promise<Line> {
    line = await openLine(ADDRESS, 0, (socket) => void socket.pipe(socket));
    return line;
  }

  async function dial(port: number): Promise<Socket> {
    const client = connect(port, ADDRESS);
    client.on('error', () => undefined);
    clients.push(client);
    await once(client, 'connect');
    return client;
  }

  async function echo(client: Socket, text: string): Promise<string> {
    const heard = once(client, 'data');
    client.write(text);
    const [data] = (await heard) as [Buffer];
    return data.toString();
  }

  it('is cut for everybody at once, and takes the next one', async () => {
    const wire = await open();
    const { port } = wire;
    expect(wire.cut()).toBe(false);
    const client = await dial(port);
    expect(await echo(client, 'a')).toBe('a');
    const closed = once(client, 'close');
    expect(wire.cut()).toBe(true);
    await closed;
    expect(await echo(await dial(port), 'b')).toBe('b');
  });

  it('lets nothing through while it is silent and closes nothing, also of those who come meanwhile', async () => {
    const wire = await open();
    const { port } = wire;
    const early = await dial(port);
    expect(await echo(early, 'a')).toBe('a');
    const over = wire.silence();
    const late = await dial(port);
    const heard: string[] = [];
    for (const client of [early, late]) client.on('data', (data: Buffer) => heard.push(data.toString()));
    early.write('b');
    late.write('c');
    // Another connection's whole round trip to the same loop, after both were written.
    const other = await openLine(ADDRESS, 0, (socket) => void socket.pipe(socket));
    expect(await echo(await dial(other.port), 'd')).toBe('d');
    await other.close();
    expect(heard).toEqual([]);
    const both = Promise.all([once(early, 'data'), once(late, 'data')]);
    over();
    await both;
    expect(heard.sort()).toEqual(['b', 'c']);
  });

  it('refuses everybody until it is given back, on the same port', async () => {
    const wire = await open();
    const { port } = wire;
    const client = await dial(port);
    const closed = once(client, 'close');
    const back = await wire.refuse();
    await closed;
    const refused = connect(port, ADDRESS);
    clients.push(refused);
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await back();
    expect(await echo(await dial(port), 'a')).toBe('a');
  });
});
