import type { FenceWork } from '../modules/cloud.ts';
import { integer, type HetznerSettings, type Talk } from './client.ts';
import type { CloudChange, CloudPreview } from './describe.ts';
import { HetznerError, passes } from './errors.ts';
import { actionsOf, PAUSE_MS_MAX, serverOf, type Boot } from './power.ts';
import type { ServerAnswer } from './schemas.ts';
import { refuse, unapproved, type Clearance } from './work.ts';

/** What fencing takes: leave, and eyes on the host's address. */
export interface FenceClearance extends Clearance {
  /** The ports at the host's address where somebody still takes connections. */
  openPorts: () => Promise<number[]>;
}

/** A server that is being made, moved or taken away is somebody's affair. */
const FENCEABLE: readonly string[] = ['running', 'starting', 'stopping', 'off', 'unknown'];

function describeFence({ address }: FenceWork, { id }: ServerAnswer): CloudChange {
  const detail = `${address}, its plug is pulled and it stays off: what is not on disk is lost`;
  return { kind: 'poweroff', target: `server ${id}`, detail };
}

/** What it would be about, and what is in its way: a host that answers needs no fence. No change when it is off already. */
export async function previewFence(talk: Talk, work: FenceWork, boot: Boot | undefined): Promise<CloudPreview> {
  const server = await serverOf(talk, work);
  const notes = [`server ${server.id}, ${work.address}, is ${server.status}`, ...work.partOf];
  const obstacles = [];
  if (boot !== undefined) obstacles.push({ reason: 'it answers over SSH: it is not lost', fix: work.instead });
  if (!FENCEABLE.includes(server.status)) {
    const fix = "Look at the server in Hetzner's console.";
    obstacles.push({ reason: `its server ${server.id} is ${server.status}, so it can't be turned off`, fix });
  }
  return { changes: server.status === 'off' ? [] : [describeFence(work, server)], notes, obstacles };
}

/** Asks once; gives the error when it is one that passes. */
async function askOff(talk: Talk, serverId: number): Promise<HetznerError | undefined> {
  try {
    await talk.act(({ servers }) => servers.actions.powerOff(integer(serverId)));
    return undefined;
  } catch (error) {
    if (error instanceof HetznerError && passes(error)) return error;
    throw error;
  }
}

type At = FenceClearance & { work: FenceWork; retryMs: number; startMs: number };

/** Asks for it until Hetzner says that the server is off and nothing is under way there. Gives what had to be changed. */
async function untilOff(talk: Talk, at: At): Promise<CloudChange[]> {
  const { work, retryMs, startMs, timeoutMs } = at;
  const changes: CloudChange[] = [];
  let trouble: HetznerError | undefined;
  // Whether the time was over before it was asked for last: who stood still while asking has not heard the answer.
  let isLast = false;
  for (let pauseMs = retryMs; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS_MAX)) {
    const server = await serverOf(talk, work);
    const isBusy = (await actionsOf(talk, server.id)).some(({ status }) => status === 'running');
    if (server.status === 'off' && !isBusy) return changes;
    // However slow the answers are, it is not given up before it was asked for.
    const isUnderWay = isBusy || changes.length > 0;
    if (isUnderWay && isLast) {
      const fix = "Look at the server in Hetzner's console; nothing is promoted before it is off.";
      throw trouble ?? refuse(`Hetzner does not turn it off: its server ${server.id} is ${server.status}.`, fix);
    }
    isLast = performance.now() - startMs > timeoutMs;
    if (!isBusy) {
      const change = describeFence(work, server);
      if (!(await at.isApproved(change))) throw unapproved(work.host, change);
      changes[0] = change;
      trouble = await askOff(talk, server.id);
    }
    await talk.pause(pauseMs);
  }
}

/** Waits until nobody takes connections at the address: with the plug pulled nobody can. */
async function untilSilent(talk: Talk, { work, retryMs, startMs, timeoutMs, openPorts }: At): Promise<void> {
  for (let pauseMs = retryMs; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS_MAX)) {
    const isLast = performance.now() - startMs > timeoutMs;
    const ports = await openPorts();
    if (ports.length === 0) return;
    if (isLast) {
      throw refuse(
        `Hetzner says that it is off, but somebody takes connections at ${work.address}, port ${ports.join(', ')}.`,
        'Find out which machine has that address (inventory diff); nothing is promoted while it answers.',
      );
    }
    await talk.pause(pauseMs);
  }
}

/**
 * Turns the server off and sees that it is: the action has ended, the server's status says so, nobody answers at its
 * address, and the status still says so then. Harmless when it is done again. Throws RefusedError when it may not, or the
 * host is not off for certain; HetznerError when nobody knows.
 */
export async function workOnFence(
  talk: Talk,
  work: FenceWork,
  clearance: FenceClearance,
  { retryMs }: Pick<HetznerSettings, 'retryMs'>,
): Promise<CloudChange[]> {
  const at: At = { ...clearance, work, retryMs, startMs: performance.now() };
  const changes = await untilOff(talk, at);
  await untilSilent(talk, at);
  const { id, status } = await serverOf(talk, work);
  if (status === 'off') return changes;
  throw refuse(
    `Its server ${id} was turned on again meanwhile (it is ${status}).`,
    'Find out by whom, then resume the run: it turns it off again.',
  );
}
