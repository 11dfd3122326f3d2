import type { Logger } from 'pino';
import type { Closer, Engine, RunState } from '../jobs/index.ts';
import type { Phrase } from '../language/index.ts';
import { isChange } from '../modules/contract.ts';
import { MODULES } from '../modules/index.ts';
import { hashOf } from '../canonical.ts';
import type { SlackClients } from './clients.ts';
import type { Clock } from './clock.ts';
import { linkTo } from './links.ts';
import type { Readers } from './readers.ts';
import { faultOf } from './slack-faults.ts';
import { homeView, type Home, type LinkedRun } from './views/home.ts';

/** Whose tab it is, and of which workspace they are. */
interface Who {
  userId: string;
  teamId: string;
  homeTeam: string;
}

/** What the home tab asks of the policy; nothing of it is authority. */
export interface HomeRights {
  /** Whether the run waits for this person's decision. */
  mayDecide(who: Who, run: RunState): Promise<boolean>;
  /** What they may read: the tab shows nothing that `status`, `alerts` or `runs` would refuse them. */
  mayRead(who: Who): Promise<{ modules: string[]; alerts: boolean; runs: boolean; howToBeMapped: Phrase | undefined }>;
}

export interface HomeParts {
  engine: Pick<Engine, 'alerts' | 'runs' | 'posts' | 'spend'>;
  clients: SlackClients;
  clock: Clock;
  logger: Logger;
  workspace: { team: string; url: string };
  /** Left out: nobody may read anything. */
  rights: HomeRights | undefined;
  readers: Readers;
  /** How often a tab that is being looked at is drawn again, ms. */
  everyMs?: number;
}

/** Home tabs of the people who opened theirs lately. */
export interface Homes {
  /** Draws the tab of whoever opened it, and again for a while. */
  opened(userId: string, teamId: string): Promise<void>;
  /** Draws the tab of whoever opened theirs lately, as it is now; of others nothing. */
  redraw(userId: string): Promise<void>;
  close: Closer;
}

const EVERY_MS = 30_000;
/** Slack does not say when somebody looks away. */
const LOOKED_AT_MS = 15 * 60_000;
const VIEWERS_MAX = 200;
/** views.publish is tier 4, 100 a minute app-wide; shared by all bots. */
const PUBLISHED = { max: 60, perMs: 60_000 };
const RUNS_SHOWN = 8;
const RUNS_LOOKED_AT = 50;

/** What every tab shows alike; read once for all that are drawn. */
async function readShared({ engine, clock, workspace }: HomeParts) {
  const [snapshots, monitored, alerts, open, newest] = await Promise.all([
    engine.alerts.snapshots(),
    engine.alerts.monitored(),
    engine.alerts.open(),
    engine.runs({ limit: RUNS_LOOKED_AT, openOnly: true }),
    engine.runs({ limit: RUNS_LOOKED_AT, openOnly: false }),
  ]);
  const changes = newest.filter(
    ({ plan, previewOnly, status }) => status === 'ended' && !previewOnly && plan.steps.some(isChange),
  );
  const linked = async (run: RunState): Promise<LinkedRun> => ({ run, link: await linkTo(engine, workspace.url, run) });
  return {
    now: new Date(clock.nowMs()).toISOString(),
    modules: MODULES.map(({ name, title }) => ({
      ...{ name, title },
      monitored: monitored.find(({ module }) => module === name),
      snapshot: snapshots.find(({ module }) => module === name),
    })),
    alerts,
    open: await Promise.all(open.slice(0, RUNS_SHOWN).map(linked)),
    waiting: await Promise.all(open.filter(({ approval }) => approval?.decision === 'pending').map(linked)),
    recent: await Promise.all(changes.slice(0, RUNS_SHOWN).map(linked)),
  };
}

interface Viewer {
  teamId: string;
  untilMs: number;
  /** What stands there, but its time. */
  shown: string;
}

const NOTHING = { modules: [], alerts: false, runs: false, howToBeMapped: undefined };

/** One person's part of what there is: what they may read, and the runs that wait for them. */
async function homeFor(
  { rights, workspace }: HomeParts,
  viewer: { userId: string; teamId: string },
  { now, modules, alerts, open, recent, waiting }: Awaited<ReturnType<typeof readShared>>,
): Promise<Home> {
  const who = { ...viewer, homeTeam: workspace.team };
  const may = (await rights?.mayRead(who)) ?? NOTHING;
  const judged = await Promise.all(
    waiting.map(async (each) => ({ each, is: (await rights?.mayDecide(who, each.run)) === true })),
  );
  return {
    now,
    modules: modules.filter(({ name }) => may.modules.includes(name)),
    alerts: may.alerts ? alerts : undefined,
    ...(may.runs ? { open, recent } : { open: undefined, recent: undefined }),
    prompts: judged.filter(({ is }) => is).map(({ each }) => each),
    howToBeMapped: may.howToBeMapped,
  };
}

/** Home tabs. A tab that can't be drawn now is drawn at the next turn; nobody's command waits for it. */
export function createHomes(parts: HomeParts): Homes {
  const { engine, clients, clock, logger, everyMs = EVERY_MS } = parts;
  const viewers = new Map<string, Viewer>();

  async function publish(userId: string, viewer: Viewer, shared: Awaited<ReturnType<typeof readShared>>) {
    const home = await homeFor(parts, { userId, teamId: viewer.teamId }, shared);
    const view = homeView(home, await parts.readers.wordingFor(userId));
    const shown = hashOf(view);
    if (shown === viewer.shown || (await engine.spend('home', PUBLISHED)) > 0) return;
    try {
      await clients.background.views.publish({ user_id: userId, view });
      viewer.shown = shown;
    } catch (error) {
      const fault = faultOf(error);
      logger.warn({ err: error, user: userId }, 'home tab not drawn');
      if (fault.kind === 'refused') viewers.delete(userId);
    }
  }

  async function drawAll(userIds: readonly string[]): Promise<void> {
    if (!userIds.some((userId) => viewers.has(userId))) return;
    const shared = await readShared(parts);
    for (const userId of userIds) {
      const viewer = viewers.get(userId);
      if (viewer !== undefined) await publish(userId, viewer, shared);
    }
  }

  const drawNow = (userId: string) =>
    drawAll([userId]).catch((error: unknown) => logger.warn({ err: error, user: userId }, 'home tab not drawn'));

  let drawing: Promise<void> | undefined;
  const timer = setInterval(() => {
    const now = clock.nowMs();
    for (const [userId, { untilMs }] of viewers) if (untilMs <= now) viewers.delete(userId);
    drawing ??= drawAll([...viewers.keys()])
      .catch((error: unknown) => logger.warn({ err: error }, 'home tabs not drawn'))
      .finally(() => {
        drawing = undefined;
      });
  }, everyMs);

  return {
    async opened(userId, teamId) {
      viewers.delete(userId);
      viewers.set(userId, { teamId, untilMs: clock.nowMs() + LOOKED_AT_MS, shown: '' });
      const [oldest] = viewers.keys();
      if (viewers.size > VIEWERS_MAX && oldest !== undefined) viewers.delete(oldest);
      await drawNow(userId);
    },
    redraw: drawNow,
    async close() {
      clearInterval(timer);
      await drawing;
    },
  };
}
