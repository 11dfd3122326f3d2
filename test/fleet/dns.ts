import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A resolver of the test's own. */
export interface Dns {
  close(): Promise<void>;
}

/** Bytes of a query before its question. */
const HEADER_BYTES = 12;

/** A name's addresses. */
type Lookup = (name: string) => readonly string[];

/** What every name has, where nobody says otherwise. */
const anywhere: Lookup = () => ['192.0.2.1'];

/** The name that is asked for, and where its question ends. */
function questionOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** Answers an A query with the name's addresses, and any other kind with nothing. */
function answerTo(query: Buffer, addressesOf: Lookup): Buffer {
  const { name, end } = questionOf(query);
  const addresses = query.readUInt16BE(end - 4) === 1 ? addressesOf(name) : [];
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0x8180, 2); // an answer, recursion available
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8, HEADER_BYTES);
  // A pointer to the question's name, type A, class IN, 60 s, four bytes.
  const records = addresses.map((address) =>
    Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]);
}

/** Starts it on port 53 of an address of this machine. */
export async function startDns(on: string, addressesOf = anywhere): Promise<Dns> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answerTo(query, addressesOf), from.port, from.address));
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
