import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A resolver of the test's own, which knows one address for every name. */
export interface Dns {
  close(): Promise<void>;
}

/** Bytes of a query before its question. */
const HEADER_BYTES = 12;

/** Answers an A query with `address`, and any other kind with nothing. */
function answerTo(query: Buffer, address: readonly number[]): Buffer {
  const end = query.indexOf(0, HEADER_BYTES) + 5;
  const isAddress = query.readUInt16BE(end - 4) === 1;
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0x8180, 2); // an answer, recursion available
  header.writeUInt16BE(isAddress ? 1 : 0, 6);
  header.fill(0, 8, HEADER_BYTES);
  // A pointer to the question's name, type A, class IN, 60 s, four bytes.
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...(isAddress ? [record] : [])]);
}

/** Starts it on port 53 of an address of this machine. */
export async function startDns(on: string): Promise<Dns> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answerTo(query, [192, 0, 2, 1]), from.port, from.address));
  socket.bind(53, on);
  await once(socket, 'listening');
  return {
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
