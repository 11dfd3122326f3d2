import { z } from 'zod';
import type { PowerWork } from '../modules/cloud.ts';
import { integer, type HetznerSettings, type Talk } from './client.ts';
import type { CloudChange, CloudPreview } from './describe.ts';
import { HetznerError, isLost, passes } from './errors.ts';
import { faultOf } from './judge-servers.ts';
import { ActionAnswer, ServerAnswer } from './schemas.ts';
import { refuse, unapproved, type Clearance } from './work.ts';

/** What a host says of the boot it runs. */
export interface Boot {
  id: string;
  /** Whole seconds since it began. */
  uptimeSeconds: number;
}

/** What is written down before the first request, so that whoever goes on knows what came after it. */
export interface PowerNote {
  /** The newest of the server's actions; 0: it had none. */
  newestAction: number;
  /** The boot that is to end; empty: the host did not answer. */
  boot: string;
  /** Epoch ms of the bot's clock. */
  atMs: number;
}

/** What doing it takes: leave, eyes on the host, and a memory that outlives this process. */
export interface PowerClearance extends Clearance {
  /** The boot it runs; undefined: it does not answer. */
  boot: () => Promise<Boot | undefined>;
  noted: PowerNote | undefined;
  /** Writes the note down unless somebody else has; gives the one that counts. */
  note: (note: PowerNote) => Promise<{ note: PowerNote; isOurs: boolean }>;
  nowMs: () => number;
  /** A host that says nothing for so long is not coming back, ms. */
  silentMs: number;
}

/** Hetzner's names of what it does when it is asked for it. */
const COMMANDS = { reboot: 'reboot_server', reset: 'reset_server', poweron: 'start_server' } as const;

const HOW = {
  reboot: 'asked to by ACPI',
  reset: 'its plug is pulled: what is not on disk is lost',
  poweron: 'turned on again',
} as const;

/** So many pauses after a request that may be under way, it is under way no more. */
const SETTLING_PAUSES = 20;

export const PAUSE_MS_MAX = 5_000;

const Actions = z.array(ActionAnswer);

/** The server's newest actions, the newest first. */
export function actionsOf(talk: Talk, serverId: number): Promise<ActionAnswer[]> {
  return talk.read(`/servers/${integer(serverId)}/actions?sort=id:desc&per_page=50`, 'actions', Actions);
}

/** The host's server, which must have its name and its private address. Throws RefusedError. */
export async function serverOf(
  talk: Talk,
  { host, address }: Pick<PowerWork, 'host' | 'address'>,
): Promise<ServerAnswer> {
  const servers = await talk.list('/servers', 'servers', ServerAnswer);
  const fault = faultOf({ host, address }, servers);
  const server = servers.find(({ name }) => name === host);
  if (fault === '' && server !== undefined) return server;
  const fix = 'Correct servers.tsv or the project: nothing is done to a server that may be another one.';
  throw refuse(`At Hetzner ${fault}.`, fix);
}

function describePower({ address, command }: PowerWork, { id }: ServerAnswer, boot: string): CloudChange {
  const silent = command === 'poweron' ? 'is off' : 'does not answer over SSH';
  const now = boot === '' ? silent : `boot ${boot}`;
  return { kind: command, target: `server ${id}`, detail: `${address}, ${now}, ${HOW[command]}` };
}

/** True when the host runs another boot than the noted one; without one, a boot that is surely younger than the note. */
function isAnother(boot: Boot | undefined, note: PowerNote, { work, nowMs }: Pick<At, 'work' | 'nowMs'>): boolean {
  if (boot === undefined) return false;
  // What was off ran nothing: any boot is another one.
  const isTold = note.boot !== '' || work.command === 'poweron';
  return !isTold ? (boot.uptimeSeconds + 1) * 1000 < nowMs() - note.atMs : boot.id !== note.boot;
}

/** What it would be about, and what is in its way; no change when it was done already. */
export async function previewPower(
  talk: Talk,
  work: PowerWork,
  { boot, note }: { boot?: Boot; note?: PowerNote },
): Promise<CloudPreview> {
  const server = await serverOf(talk, work);
  const wasDone = note !== undefined && note.boot !== '' && boot !== undefined && boot.id !== note.boot;
  const notes = [`server ${server.id}, ${work.address}, is ${server.status}`, ...work.partOf];
  if (wasDone) return { changes: [], notes, obstacles: [] };
  const obstacles = [];
  const wanted = work.command === 'poweron' ? 'off' : 'running';
  if (server.status !== wanted && !(work.command === 'poweron' && note !== undefined)) {
    const fix = wanted === 'off' ? "See in Hetzner's console how it is." : `Turn it on: poweron ${work.host}`;
    obstacles.push({ reason: `its server ${server.id} is ${server.status}, not ${wanted}`, fix });
  }
  if (boot !== undefined && note === undefined && wanted === 'off' && server.status === 'off') {
    const fix = 'Find out which machine has its address: inventory diff.';
    obstacles.push({ reason: 'it answers over SSH, so it is not the server that is off', fix });
  }
  if (boot === undefined && note === undefined && work.command === 'reboot') {
    const fix = `Whether it rebooted could not be told, and it would hardly obey. Pull its plug: reset ${work.host}`;
    obstacles.push({ reason: 'it does not answer over SSH', fix });
  }
  return { changes: [describePower(work, server, note?.boot ?? boot?.id ?? '')], notes, obstacles };
}

type At = PowerClearance & { work: PowerWork; server: ServerAnswer; retryMs: number };

/** Nothing is asked for before it is written down what was there: then no restart of a worker makes a second reboot of it. */
async function writeNote(talk: Talk, { boot, note, nowMs, server }: At) {
  const [newest] = await actionsOf(talk, server.id);
  const now = await boot();
  return note({ newestAction: newest?.id ?? 0, boot: now?.id ?? '', atMs: nowMs() });
}

/**
 * Asks for it until Hetzner has done it since the note, or the host shows that it was. A request whose answer was lost, ours
 * or that of a worker that died, may still arrive: it is looked for before it is sent again. False: nobody had to be asked.
 */
async function untilDone(talk: Talk, at: At, note: PowerNote, isOurs: boolean): Promise<boolean> {
  const { work, server, retryMs, timeoutMs } = at;
  const change = describePower(work, server, note.boot);
  const startMs = performance.now();
  const settlingMs = SETTLING_PAUSES * retryMs;
  let mayAskMs = isOurs ? startMs : startMs + settlingMs;
  let trouble: HetznerError | undefined;
  for (let pauseMs = retryMs; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS_MAX)) {
    // Judged before the questions, as everywhere here: who stood still in the middle of one has not heard the answer.
    const isLast = performance.now() - startMs > timeoutMs;
    const since = (await actionsOf(talk, server.id)).filter(
      ({ id, command, status }) => id > note.newestAction && command === COMMANDS[work.command] && status !== 'error',
    );
    if (since.some(({ status }) => status === 'success')) return true;
    if (since.length === 0 && isAnother(await at.boot(), note, at)) return false;
    const isSettling = since.length === 0 && performance.now() < mayAskMs;
    if (since.length === 0 && !isSettling) {
      if (!(await at.isApproved(change))) throw unapproved(work.host, change);
      trouble = await ask(talk, work, server.id);
      if (trouble === undefined) return true;
      mayAskMs = isLost(trouble) ? performance.now() + settlingMs : 0;
    }
    // Not given up before it may be asked for again: the last request may have been lost because we stood still.
    if (isLast && !isSettling) {
      throw (
        trouble ?? refuse(`Hetzner does not end to ${work.command} it.`, "Look at the server in Hetzner's console.")
      );
    }
    await talk.pause(pauseMs);
  }
}

/** Asks once; gives the error when it is one that passes. */
async function ask(talk: Talk, { command }: PowerWork, serverId: number): Promise<HetznerError | undefined> {
  try {
    const method = command === 'poweron' ? 'powerOn' : command;
    await talk.act(({ servers }) => servers.actions[method](integer(serverId)));
    return undefined;
  } catch (error) {
    if (error instanceof HetznerError && passes(error)) return error;
    throw error;
  }
}

/** Waits for the host's next boot. That Hetzner did what it was asked only says that the signal was sent. */
async function untilBack(talk: Talk, at: At, note: PowerNote): Promise<void> {
  const { work, retryMs, silentMs, timeoutMs } = at;
  const startMs = performance.now();
  let heardMs = startMs;
  for (let pauseMs = retryMs; ; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MS_MAX)) {
    const askedMs = performance.now();
    const [isLast, isLongSilent] = [askedMs - startMs > timeoutMs, askedMs - heardMs > silentMs];
    const boot = await at.boot();
    if (isAnother(boot, note, at)) return;
    const nowMs = performance.now();
    if (boot !== undefined) heardMs = nowMs;
    const seconds = Math.round((nowMs - startMs) / 1000);
    if (boot === undefined && isLongSilent) {
      const { status } = await serverOf(talk, work);
      throw refuse(
        `It has not come back ${seconds} s after Hetzner was asked to ${work.command} it; its server is ${status} there.`,
        `Look at its console at Hetzner. When it answers: resume. When it hangs: abandon, then reset ${work.host}.`,
      );
    }
    if (isLast) {
      throw refuse(
        `It still runs the boot of before, ${seconds} s after Hetzner was asked to ${work.command} it.`,
        `See on the host what holds it up (systemctl list-jobs). To go on waiting: resume. To pull its plug: abandon, then reset ${work.host}.`,
      );
    }
    await talk.pause(pauseMs);
  }
}

/**
 * Does it once, however often it is gone on with: what was there before is noted first, and what came after the note counts.
 * Ends when the host answers with another boot. Throws RefusedError when it may not, or the host does not come back;
 * HetznerError when nobody knows whether it was done.
 */
export async function workOnPower(
  talk: Talk,
  work: PowerWork,
  clearance: PowerClearance,
  { retryMs }: Pick<HetznerSettings, 'retryMs'>,
): Promise<CloudChange[]> {
  const at: At = { ...clearance, work, retryMs, server: await serverOf(talk, work) };
  const { note, isOurs } =
    clearance.noted === undefined ? await writeNote(talk, at) : { note: clearance.noted, isOurs: false };
  const isDone = await untilDone(talk, at, note, isOurs);
  if (isDone) await untilBack(talk, at, note);
  return isDone ? [describePower(work, at.server, note.boot)] : [];
}
