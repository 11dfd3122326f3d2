import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { takesConnections } from '../../src/jobs/fence-work.ts';
import { standStill } from '../helpers/stand-still.ts';

it('does not take a port for closed because this process stood still while it was asked', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asking = takesConnections('127.0.0.1', port, new AbortController().signal);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  standStill(4_000);
  const isTaken = await asking;
  await new Promise((resolve) => server.close(resolve));
  expect(isTaken).toBe(true);
  expect(await takesConnections('127.0.0.1', port, new AbortController().signal)).toBe(false);
});
