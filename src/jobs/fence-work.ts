import { connect } from 'node:net';
import type { CloudChange, CloudPreview } from '../hetzner/index.ts';
import type { FenceWork } from '../modules/cloud.ts';
import { watchStandstill } from '../standstill.ts';
import { bootOf } from './power-work.ts';
import { projectOf, targetOf, type Workshop } from './workshop.ts';

/** A host of the private network that takes no connection within this time takes none, ms. */
const CONNECT_MS = 3_000;

/** True when somebody takes a connection there within the time. */
function takesOne(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS, signal });
    const end = (isTaken: boolean) => () => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}

/** True when somebody takes a connection there. What this process missed while it stood still is no silence. */
export async function takesConnections(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const stoodStill = watchStandstill();
    const isTaken = await takesOne(host, port, signal);
    if (!stoodStill() || isTaken) return isTaken;
  }
}

/** What turning the host off would be about. Throws as `Hetzner` does. */
export async function previewOfFence(workshop: Workshop, work: FenceWork, signal: AbortSignal): Promise<CloudPreview> {
  const project = projectOf(workshop);
  return project.previewFence(work, await bootOf(workshop, work, signal), signal);
}

/** Turns it off, or sees that it is. Throws as `Hetzner` does. */
export async function performFence(
  workshop: Workshop,
  work: FenceWork,
  leave: { isApproved: (change: CloudChange) => Promise<boolean>; timeoutMs: number },
  signal: AbortSignal,
): Promise<CloudChange[]> {
  const { address, port: sshPort } = targetOf(workshop, work.host);
  async function openPorts(): Promise<number[]> {
    const ports = [sshPort, ...work.ports];
    const taken = await Promise.all(ports.map((port) => takesConnections(address, port, signal)));
    signal.throwIfAborted();
    return ports.filter((_, at) => taken[at]);
  }
  return projectOf(workshop).fence(work, { ...leave, openPorts }, signal);
}
