import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { run } from './process.ts';

/** Where a connection to one of its ports may go: addresses of hosts. */
export type Targets = (port: number) => readonly string[];

/** A load balancer of the test's own among the hosts: it passes connections on, to the same port. */
export interface Balancer {
  /** Nobody listens there any more; who is connected is hung up on. */
  shut(): void;
  /** Listens (again). */
  open(): void;
  close(): Promise<void>;
}

/** A host that does not take a connection within so long is passed over. */
const CONNECT_MS = 1_000;

function connectTo(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const give = (answer: Socket | undefined) => {
      socket.setTimeout(0);
      resolve(answer);
      if (answer === undefined) socket.destroy();
    };
    socket.once('connect', () => give(socket));
    for (const event of ['error', 'timeout']) socket.once(event, () => give(undefined));
  });
}

/**
 * Starts one, open, at an address in the fleet's network, which this process must be in. A connection goes to the next target that
 * takes it, one after the other; where there is none it is closed at once.
 */
export async function startBalancer(
  netns: string,
  { address, ports, targets }: { address: string; ports: readonly number[]; targets: Targets },
): Promise<Balancer> {
  await run(['ip', '-n', netns, 'addr', 'replace', `${address}/32`, 'dev', 'br0']);
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  async function passOn(client: Socket, port: number): Promise<void> {
    keep(client);
    const all = targets(port);
    turn += 1;
    for (let at = 0; at < all.length; at += 1) {
      const server = await connectTo(all[(turn + at) % all.length] ?? '', port);
      if (server === undefined) continue;
      keep(server);
      client.once('close', () => server.destroy()).pipe(server);
      server.once('close', () => client.destroy()).pipe(client);
      return;
    }
    client.destroy();
  }
  const servers: [Server, number][] = ports.map((port) => [createServer((client) => void passOn(client, port)), port]);
  const shut = () => {
    for (const [server] of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  const open = () => {
    for (const [server, port] of servers) server.listen(port, address);
  };
  open();
  await Promise.all(servers.map(([server]) => once(server, 'listening')));
  return {
    shut,
    open,
    async close() {
      const closed = servers.filter(([server]) => server.listening).map(([server]) => once(server, 'close'));
      shut();
      await Promise.all(closed);
      await run(['ip', '-n', netns, 'addr', 'del', `${address}/32`, 'dev', 'br0']);
    },
  };
}
