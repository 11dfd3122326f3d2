import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { notesOf } from '../../src/bot/notes.ts';
import { hashOf } from '../../src/canonical.ts';
import type { Person, RunEvent } from '../../src/jobs/index.ts';
import { isRedisSilent } from '../../src/jobs/redis.ts';
import { readable } from '../helpers/deployment.ts';
import { until } from '../fleet/process.ts';
import { createTurns, disturb, type Happened } from './faults.ts';
import type { Lane } from './lane.ts';
import { planOfChaos, serviceOf } from './module.ts';
import type { ChaosHosts } from './hosts.ts';
import type { Fault, Scenario } from './scenario.ts';
import { answerPrompt, clickUntilHeard, notesIn, rootsOf } from './slack.ts';
import type { Evidence } from './evidence.ts';
import { faultsOf } from './verdict.ts';
import { openWork } from './verdict-work.ts';
import { watchChaos, type Watching } from './watching.ts';

/** A run that takes longer is stuck. */
const RUN_DEADLINE_MS = 240_000;
/**
 * Slack may show the end so much later: a killed bot's job is handed out again after 15 s, notes come one a second. Where bots
 * are killed all the while, on a busy machine, it was two minutes now and then; how fast it is without that, a bench says.
 */
const SHOWN_DEADLINE_MS = 300_000;
/** Sentinel has another master long before. */
const REDIS_DEADLINE_MS = 60_000;
/** Work that nobody waits for any more may still run on a host for so long. */
const WORK_DEADLINE_MS = 60_000;
const RESUMES_MAX = 8;

const OLGA: Person = { id: 'olga', name: 'Olga Operator', slack: 'U0OPERATOR' };

/** What came of a scenario. */
export interface Played {
  scenario: Scenario;
  runId: string;
  /** What did not hold; empty: everything. */
  faults: string[];
  happened: Happened[];
  resumes: number;
  /** Why people had to resume it. */
  interruptions: string[];
  /** Clicks on Approve that were heard. */
  clicks: number;
  approvals: number;
  tookMs: number;
  /** From each of `happened` to the next event of the log, ms. */
  recoveriesMs: number[];
}

/** The engine's answer, asked for again while the bot's Redis is away: it is killed in the middle of everything. */
async function patiently<T>(asking: () => Promise<T>): Promise<T> {
  const { answer } = await until("the bot's Redis answers", REDIS_DEADLINE_MS, () =>
    asking().then(
      (found) => ({ answer: found }),
      (error: unknown) => {
        if (!isRedisSilent(error)) throw error;
        return undefined;
      },
    ),
  );
  return answer;
}

async function startRun(lane: Lane, scenario: Scenario): Promise<string> {
  const token = randomUUID();
  const plan = planOfChaos(token, lane.lock, scenario);
  const request = {
    command: `deploy chaos ${scenario.seed}`,
    plan,
    planHash: hashOf(plan),
    gate: { approvals: 1, impact: 'disruptive' as const, expiresAfterSeconds: 600 },
    person: OLGA,
    origin: { via: 'slack' as const, channel: 'C0OPS' },
    // Hosts keep what ran under a run's id: another try of the same seed must not meet it.
    interaction: `chaos-${scenario.seed}-${token}`,
    previewOnly: false,
  };
  const { state } = await patiently(() => lane.engine.startRun(request));
  return state.runId;
}

const isOver = ({ state }: Watching) => state?.status === 'ended';

/** Waits for the fault's moment. False: the run ended before. */
async function moment(watching: Watching, fault: Fault): Promise<boolean> {
  const starts = () => watching.events.filter(({ body }) => body.type === 'host.started').length;
  await watching.until(fault.kind, RUN_DEADLINE_MS, () => isOver(watching) || starts() >= fault.afterStarts);
  await delay(fault.delayMs);
  return !isOver(watching);
}

/** What a person does before they press Resume: see that every host lets us in. */
async function mended(hosts: ChaosHosts): Promise<void> {
  await until('every host lets us in', RUN_DEADLINE_MS, async () => (await hosts.letIn()) || undefined);
}

/** Presses Resume whenever the run is interrupted and the hosts answer again; gives how often. */
async function attend(hosts: ChaosHosts, lane: Lane, watching: Watching): Promise<number> {
  const { runId } = watching;
  for (let resumes = 0; ; resumes += 1) {
    const status = await watching.until(`run ${runId} goes on`, RUN_DEADLINE_MS, ({ state }) =>
      state?.status === 'ended' || state?.status === 'interrupted' ? state.status : undefined,
    );
    if (status === 'ended') return resumes;
    if (resumes === RESUMES_MAX) throw new Error(`Run ${runId} was resumed ${RESUMES_MAX} times and is not done.`);
    const { attempt = 0 } = watching.state ?? {};
    await mended(hosts);
    await clickUntilHeard(lane, 'operator', { runId, action: 'keybuzz_resume' });
    await watching.until(
      'the resume',
      RUN_DEADLINE_MS,
      ({ state }) => (state?.attempt ?? 0) > attempt || isOver(watching),
    );
  }
}

async function locksLeft({ redis, keys, lock: own }: Lane): Promise<string[]> {
  const held = Object.entries(await redis.hgetall(keys.locks)).filter(([lock]) => lock === own);
  const waiting = await redis.zrange(keys.lockQueue(own), 0, '-1');
  return [...held.map(([lock, holder]) => `lock ${lock} is held: ${holder}`), ...waiting.map((run) => `${run} waits`)];
}

/** Waits until Slack shows the end and the locks are free; what still lacks then is a fault that the verdict names. */
async function settle(lane: Lane, runId: string, events: readonly RunEvent[]): Promise<void> {
  const head = events.at(-1)?.hash.slice(0, 12) ?? '';
  const wanted = notesOf(runId, events).length;
  const isShown = () => rootsOf(lane, runId).some((root) => readable(root).includes(head));
  const settled = async () =>
    isShown() && notesIn(lane, runId).length >= wanted && (await locksLeft(lane)).length === 0 ? true : undefined;
  await until(`run ${runId} is shown`, SHOWN_DEADLINE_MS, settled).catch(() => undefined);
}

interface Ran {
  runId: string;
  approvers: string[];
  startMs: number;
}

async function gather(hosts: ChaosHosts, lane: Lane, { runId, approvers, startMs }: Ran): Promise<Evidence> {
  const events = await patiently(() => lane.engine.events(runId));
  await mended(hosts);
  const troubled = hosts.troubles.filter(({ toMs }) => toMs >= startMs).map(({ host }) => host);
  await settle(lane, runId, events);
  const look = async () => ({ ledger: await hosts.ledger(runId), boots: await hosts.boots() });
  const isStill = async () => openWork(await look()).length === 0 || undefined;
  await until(`the work of ${runId} has ended`, WORK_DEADLINE_MS, isStill).catch(() => undefined);
  return {
    runId,
    approvers,
    events,
    brokenLink: await patiently(() => lane.engine.brokenLink(runId)),
    ...(await look()),
    troubled,
    stopped: await hosts.stopped(serviceOf(lane.lock)),
    locks: await locksLeft(lane),
    slack: {
      roots: rootsOf(lane, runId).map(readable),
      notes: notesIn(lane, runId),
      wantedNotes: notesOf(runId, events).map(({ key }) => key),
    },
  };
}

/** From each fault to the next event of the log. */
function recoveriesOf(happened: readonly Happened[], events: readonly RunEvent[]): number[] {
  const timesMs = events.map(({ at }) => Date.parse(at));
  return happened.map(({ atMs }) => (timesMs.find((eventMs) => eventMs > atMs) ?? atMs) - atMs);
}

/** Plays a scenario from its request to its last word in Slack, and judges it. */
export async function play(
  hosts: ChaosHosts,
  lane: Lane,
  scenario: Scenario,
): Promise<{ played: Played; evidence: Evidence }> {
  const startMs = Date.now();
  await lane.prepare(scenario);
  const runId = await startRun(lane, scenario);
  const watching = watchChaos(lane.engine, runId);
  const troubles: string[] = [];
  const tell = (error: unknown) => void troubles.push(error instanceof Error ? error.message : String(error));
  const inTurn = createTurns();
  const over = new AbortController();
  const scene = { hosts, lane, runId, over: over.signal };
  const faulting = scenario.faults.map(async (fault) => {
    if (!(await moment(watching, fault))) return [];
    return [await inTurn(fault.kind, () => disturb(scene, fault))];
  });
  const approving = answerPrompt(lane, runId, scenario.approving);
  const [happened, approvers, resumes] = await Promise.all([
    Promise.all(faulting.map((each) => each.catch((error: unknown) => (tell(error), [])))).then((all) => all.flat()),
    approving.catch((error: unknown) => (tell(error), [])),
    attend(hosts, lane, watching)
      .catch((error: unknown) => (tell(error), RESUMES_MAX))
      .finally(() => over.abort()),
  ]);
  await watching.stop();
  const evidence = await gather(hosts, lane, { runId, approvers, startMs });
  const { events } = evidence;
  return {
    evidence,
    played: {
      scenario,
      runId,
      faults: [...troubles, ...faultsOf(evidence)],
      happened,
      resumes,
      interruptions: events.flatMap(({ body }) => (body.type === 'run.interrupted' ? [body.reason] : [])),
      clicks: approvers.length,
      approvals: events.filter(({ body }) => body.type === 'approval.given').length,
      tookMs: Date.now() - startMs,
      recoveriesMs: recoveriesOf(happened, events),
    },
  };
}
