import { RefusedError } from '../errors.ts';
import type { DesiredBalancer, ProjectWork } from '../modules/cloud.ts';
import { balancerOf, readProject, type ActualBalancer, type Project } from './actual.ts';
import type { HetznerSettings, Talk } from './client.ts';
import { describe, type CloudChange } from './describe.ts';
import { HetznerError, passes } from './errors.ts';
import { leftAlone, reconcile, withoutPeer, type Action } from './reconcile.ts';
import { request } from './requests.ts';
import { resolve, type Resolved } from './resolve.ts';
import { BalancerAnswer } from './schemas.ts';

/** What may be done, and how long it may take without getting nearer to its end. */
export interface Clearance {
  isApproved: (change: CloudChange) => Promise<boolean>;
  timeoutMs: number;
}

type BalancerWork = Exclude<ProjectWork, { do: 'records' }>;

/** Longer pauses than this only make a deploy slow. */
const PAUSE_MS_MAX = 5_000;

export function refuse(reason: string, fix: string): RefusedError {
  return new RefusedError(reason, { code: 'KEYBUZZ_HETZNER_REFUSED', fix });
}

/** What we need of the project, with ids; throws RefusedError with the first obstacle. */
export function resolvedOrThrow(desired: DesiredBalancer, project: Project): Resolved {
  const resolved = resolve(desired, project);
  if (!Array.isArray(resolved)) return resolved;
  const [first] = resolved;
  throw refuse(`${desired.name}: ${first?.reason ?? ''}.`, first?.fix ?? '');
}

/** A look at a load balancer: what to do next, or a sentence why that has to wait; undefined: it is as it is to be. */
type Look = { action: Action; wait?: string } | { wait: string } | undefined;

type Decide = (actual: ActualBalancer | undefined, project: Project) => Look;

/** The change of a drain or of putting back, which people see before the server's state is known. */
export function moveOf(work: Extract<BalancerWork, { do: 'drain' | 'restore' }>): CloudChange {
  const detail = work.do === 'drain' ? 'taken out: its connections are cut' : 'put back, until every port is healthy';
  return { kind: 'target', target: work.target, detail };
}

function serverOf({ balancer, target }: { balancer: DesiredBalancer; target: string }, project: Project): number {
  const { targets } = resolvedOrThrow(balancer, project);
  const found = targets.find(({ host }) => host === target);
  if (found !== undefined) return found.serverId;
  throw refuse(`${target} is no target of ${balancer.name}.`, 'See its targets: status lb.');
}

function decideReconcile(work: Extract<BalancerWork, { do: 'reconcile' }>): Decide {
  return (actual, project) => {
    const resolved = resolvedOrThrow(work.balancer, project);
    const [action] = reconcile(work.balancer, actual, { resolved, prune: work.prune }).actions;
    if (action?.do !== 'remove-target' || actual === undefined) return action && { action };
    const alone = leftAlone(actual, action.target.key);
    if (alone.length === 0) return { action };
    return { action, wait: `${action.target.name} is the only healthy target of port ${alone.join(', ')}` };
  };
}

/** Why a target can't be taken out now; empty when it can. */
export function whyNotDrain(actual: ActualBalancer | undefined, serverId: number): string {
  if (actual === undefined) return 'it does not exist';
  const ports = withoutPeer(actual, `server ${serverId}`);
  return ports.length === 0 ? '' : `no other target serves port ${ports.join(', ')} healthily`;
}

function decideDrain(work: Extract<BalancerWork, { do: 'drain' }>): Decide {
  return (actual, project) => {
    const serverId = serverOf(work, project);
    const target = actual?.targets.find((one) => one.serverId === serverId);
    if (actual !== undefined && target === undefined) return undefined;
    const why = whyNotDrain(actual, serverId);
    if (why !== '' || target === undefined) {
      throw refuse(
        `${work.target} stays in ${work.balancer.name}: ${why}.`,
        'Mend the other targets first: status lb.',
      );
    }
    return { action: { do: 'remove-target', target, why: 'not-ours' } };
  };
}

function decideRestore(work: Extract<BalancerWork, { do: 'restore' }>): Decide {
  return (actual, project) => {
    const serverId = serverOf(work, project);
    const target = actual?.targets.find((one) => one.serverId === serverId);
    if (actual === undefined) throw refuse(`${work.balancer.name} does not exist any more.`, 'Deploy it: deploy lb.');
    if (target === undefined) return { action: { do: 'add-target', host: work.target, serverId } };
    const sick = actual.services.filter(({ listenPort }) => target.health.get(listenPort) !== 'healthy');
    if (sick.length === 0) return undefined;
    const ports = sick.map(({ listenPort }) => `${listenPort} is ${target.health.get(listenPort) ?? 'unknown'}`);
    return { wait: `${work.target} is back in ${work.balancer.name}, but port ${ports.join(', ')}` };
  };
}

function deciderOf(work: BalancerWork): Decide {
  if (work.do === 'reconcile') return decideReconcile(work);
  return work.do === 'drain' ? decideDrain(work) : decideRestore(work);
}

/**
 * Looks, does one thing, looks again, until nothing is left to do: so a lost answer, another's action, a worker that died
 * and a second one at the same time are all the same, and nothing is made twice. Gives what was changed. Throws
 * RefusedError before anything that was not approved, HetznerError when it gets no further within the time.
 */
export async function workOnBalancer(
  talk: Talk,
  work: BalancerWork,
  { isApproved, timeoutMs }: Clearance,
  pace: Pick<HetznerSettings, 'retryMs'>,
): Promise<CloudChange[]> {
  const decide = deciderOf(work);
  const known = await readProject(talk);
  const done = new Map<string, CloudChange>();
  let { balancers } = known;
  let last = { text: '', sinceMs: performance.now() };
  let trouble: HetznerError | undefined;
  // Whether the time was over before the last go at it: who stood still in the middle of one has not heard the answer.
  let isLast = false;
  for (let pauseMs = pace.retryMs; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MS_MAX)) {
    const actual = balancers.find(({ name }) => name === work.balancer.name);
    const look = decide(actual, { ...known, balancers });
    if (look === undefined) return [...done.values()];
    const change = 'action' in look ? changeOf(work, look.action) : undefined;
    const text = look.wait ?? JSON.stringify(change);
    const isRepeated = text === last.text;
    if (!isRepeated) [last, pauseMs] = [{ text, sinceMs: performance.now() }, pace.retryMs];
    else if (isLast) {
      throw (
        trouble ?? refuse(`${look.wait ?? `${work.balancer.name} does not change`}.`, 'See every answer: status lb.')
      );
    }
    isLast = performance.now() - last.sinceMs > timeoutMs;
    if ('action' in look && look.wait === undefined && change !== undefined) {
      if (!(await isApproved(change))) throw unapproved(work.balancer.name, change);
      done.set(text, change);
      trouble = await attempt(talk, actual, look.action);
    }
    if (look.wait !== undefined || trouble !== undefined || isRepeated) await talk.pause(pauseMs);
    balancers = await readBalancers(talk, known);
  }
}

async function readBalancers(talk: Talk, { servers }: Project): Promise<ActualBalancer[]> {
  const answers = await talk.list('/load_balancers', 'load_balancers', BalancerAnswer);
  return answers.map((answer) => balancerOf(answer, servers));
}

function changeOf(work: BalancerWork, action: Action): CloudChange {
  return work.do === 'reconcile' ? describe(action) : moveOf(work);
}

/** Does it; gives the error when it is one that passes. */
async function attempt(
  talk: Talk,
  actual: ActualBalancer | undefined,
  action: Action,
): Promise<HetznerError | undefined> {
  try {
    await request(talk, actual, action);
    return undefined;
  } catch (error) {
    if (error instanceof HetznerError && passes(error)) return error;
    throw error;
  }
}

export function unapproved(name: string, { kind, target, detail }: CloudChange): RefusedError {
  return refuse(
    `${name} is not as it was when this was approved: it now also needs ${kind} ${target} (${detail}).`,
    'Resume the run: it looks again and asks anew.',
  );
}
