import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** The wire into one simulated host: all of its connections, and what can happen to a wire. */
export interface Line {
  port: number;
  /** Ends every connection at once. False: there was none. */
  cut(): boolean;
  /** Nothing passes in either direction and nothing closes, as with a cable pulled, until the function is called. */
  silence(): () => void;
  /** Ends every connection and takes no new ones, until the function is called. */
  refuse(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Listens, and hands each connection to `take`. Rejects when the address or port can't be had. */
export async function openLine(address: string, port: number, take: (socket: Socket) => void): Promise<Line> {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let isSilent = false;

  const letIn = (socket: Socket) => {
    waiting.delete(socket);
    take(socket);
    socket.resume();
  };
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      waiting.delete(socket);
    });
    if (isSilent) waiting.add(socket);
    else letIn(socket);
  });
  const listen = async (on: number) => {
    server.listen(on, address);
    await once(server, 'listening');
  };
  await listen(port);
  const bound = server.address();
  const own = typeof bound === 'object' && bound !== null ? bound.port : port;

  const cut = () => {
    const found = sockets.size > 0;
    for (const socket of sockets) socket.destroy();
    return found;
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    port: own,
    cut,
    silence() {
      isSilent = true;
      const held = [...sockets];
      for (const socket of held) {
        socket.pause();
        socket.cork();
      }
      return () => {
        isSilent = false;
        for (const socket of held) {
          socket.uncork();
          socket.resume();
        }
        for (const socket of [...waiting]) letIn(socket);
      };
    },
    async refuse() {
      await stop();
      return () => listen(own);
    },
    close: stop,
  };
}
