import type { RefusedError } from '../errors.ts';
import type { CloudDesire, FenceWork, PowerWork, ProjectWork } from '../modules/cloud.ts';
import { readProject, type Project } from './actual.ts';
import { leftOf } from './budget.ts';
import { openTalk, type HetznerSettings, type Shared, type Talk } from './client.ts';
import { describe, describeService, type CloudChange, type CloudPreview } from './describe.ts';
import { describeRecord, recordActions, workOnRecords, type RecordAction } from './dns.ts';
import { previewFence, workOnFence, type FenceClearance } from './fence.ts';
import type { CloudCheck } from './found.ts';
import { judge } from './judge.ts';
import { previewPower, workOnPower, type Boot, type PowerClearance, type PowerNote } from './power.ts';
import { obstaclesOf, reconcile } from './reconcile.ts';
import { resolve } from './resolve.ts';
import { moveOf, resolvedOrThrow, unapproved, whyNotDrain, workOnBalancer, type Clearance } from './work.ts';

/** What one may ask of Hetzner's project. Every method throws HetznerError, or the signal's reason when that aborts. */
export interface Hetzner {
  ask(desire: CloudDesire, signal: AbortSignal): Promise<CloudCheck[]>;
  preview(work: ProjectWork, signal: AbortSignal): Promise<CloudPreview>;
  /**
   * Does what is left of the work, only changes that `isApproved` takes; done before, it does nothing. A load balancer that
   * gets no nearer for `timeoutMs` ends it. Throws RefusedError, too.
   */
  work(work: ProjectWork, clearance: Clearance, signal: AbortSignal): Promise<CloudChange[]>;
  /** What a power action would be about. `seen`: the host's boot now, and what was noted by whoever began it. */
  previewPower(work: PowerWork, seen: { boot?: Boot; note?: PowerNote }, signal: AbortSignal): Promise<CloudPreview>;
  /** Does it at most once for all who go on with it, until the host is back. Throws RefusedError, too. */
  power(work: PowerWork, clearance: PowerClearance, signal: AbortSignal): Promise<CloudChange[]>;
  /** What turning a lost host off would be about. `boot`: what it says of its boot, should it answer all the same. */
  previewFence(work: FenceWork, boot: Boot | undefined, signal: AbortSignal): Promise<CloudPreview>;
  /** Turns it off, until it is off for certain. Throws RefusedError, too. */
  fence(work: FenceWork, clearance: FenceClearance, signal: AbortSignal): Promise<CloudChange[]>;
}

function previewReconcile(
  { balancer, prune }: Extract<ProjectWork, { do: 'reconcile' }>,
  project: Project,
): CloudPreview {
  const actual = project.balancers.find(({ name }) => name === balancer.name);
  const resolved = resolve(balancer, project);
  if (Array.isArray(resolved)) return { changes: [], notes: [], obstacles: resolved };
  const difference = reconcile(balancer, actual, { resolved, prune });
  const { extras, actions } = difference;
  const changes = actions.map(describe);
  const left = [
    ...extras.services.map((service) => `service ${describeService(service)}`),
    ...extras.targets.map(({ key, name }) => `target ${name} (${key})`),
  ];
  const notes = [
    ...changes.map(({ kind, target, detail }) => `+ ${kind} ${target}: ${detail}`),
    ...left.map((one) => `  ${one}: not ours, left alone (--prune takes it away)`),
  ];
  return { changes, notes, obstacles: obstaclesOf(balancer, actual, difference) };
}

function previewDrain(work: Extract<ProjectWork, { do: 'drain' }>, project: Project): CloudPreview {
  const { balancer, target } = work;
  const actual = project.balancers.find(({ name }) => name === balancer.name);
  const { targets } = resolvedOrThrow(balancer, project);
  const serverId = targets.find(({ host }) => host === target)?.serverId ?? 0;
  const why = whyNotDrain(actual, serverId);
  const fix = 'Mend the other targets first: status lb.';
  const obstacles = why === '' ? [] : [{ reason: `${target} can't be taken out of ${balancer.name}: ${why}`, fix }];
  const isThere = actual?.targets.some((one) => one.serverId === serverId) === true;
  return { changes: isThere ? [moveOf(work)] : [], notes: [], obstacles };
}

async function preview(talk: Talk, work: ProjectWork): Promise<CloudPreview> {
  switch (work.do) {
    case 'records': {
      const changes = ((await recordActions(talk, work.zone, work.records)) ?? []).map(describeRecord);
      return { changes, notes: [], obstacles: [] };
    }
    case 'restore':
      return { changes: [moveOf(work)], notes: [], obstacles: [] };
    case 'drain':
      return previewDrain(work, await readProject(talk));
    case 'reconcile':
      return previewReconcile(work, await readProject(talk));
  }
}

/** What is wrong with the names, if they are ours to write. */
async function askRecords(talk: Talk, { records }: CloudDesire): Promise<RecordAction[] | undefined> {
  const all: RecordAction[] = [];
  for (const zone of new Set(records.map((record) => record.zone))) {
    const names = records.filter((record) => record.zone === zone);
    const actions = await recordActions(talk, zone, names);
    if (actions === undefined) return undefined;
    all.push(...actions);
  }
  return all;
}

/** Opens the project that the token belongs to. Nothing is asked yet; there is nothing to close. */
export function openHetzner(settings: HetznerSettings): Hetzner {
  const shared: Shared = { budget: undefined };
  /** Once it has its answer, or one of its questions got none, its other questions end, too. */
  async function talking<T>(signal: AbortSignal, hold: (talk: Talk) => Promise<T>): Promise<T> {
    const over = new AbortController();
    try {
      return await hold(openTalk(settings, shared, AbortSignal.any([signal, over.signal])));
    } finally {
      over.abort();
    }
  }
  return {
    ask: (desire, signal) =>
      talking(signal, async (talk) => {
        const [project, records] = await Promise.all([readProject(talk), askRecords(talk, desire)]);
        const { budget } = shared;
        const value = budget === undefined ? '' : `${leftOf(budget, performance.now())}/${budget.limit}`;
        const text = budget === undefined ? 'it answers' : `it answers; ${value} requests are left`;
        return [{ id: 'api', answer: 'pass', value, text }, ...judge(desire, project, records)];
      }),
    preview: (work, signal) => talking(signal, (talk) => preview(talk, work)),
    work: (work, clearance, signal) =>
      talking(signal, (talk) => {
        if (work.do !== 'records') return workOnBalancer(talk, work, clearance, settings);
        const refuse = (change: CloudChange): RefusedError => unapproved(work.zone, change);
        return workOnRecords(talk, work, { ...clearance, refuse }, settings.retryMs);
      }),
    previewPower: (work, seen, signal) => talking(signal, (talk) => previewPower(talk, work, seen)),
    power: (work, clearance, signal) => talking(signal, (talk) => workOnPower(talk, work, clearance, settings)),
    previewFence: (work, boot, signal) => talking(signal, (talk) => previewFence(talk, work, boot)),
    fence: (work, clearance, signal) => talking(signal, (talk) => workOnFence(talk, work, clearance, settings)),
  };
}

export type { HetznerSettings } from './client.ts';
export type { CloudChange, CloudPreview } from './describe.ts';
export { HetznerError, isLost } from './errors.ts';
export type { CloudCheck } from './found.ts';
export type { Boot, PowerNote } from './power.ts';
