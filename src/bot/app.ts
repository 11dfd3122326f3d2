import { setMaxListeners } from 'node:events';
import { App } from '@slack/bolt';
import type { Logger } from 'pino';
import type { BotConfig } from '../config.ts';
import { KeybuzzError } from '../errors.ts';
import { wordingOf } from '../language/index.ts';
import type { Closer, Engine } from '../jobs/index.ts';
import { createAlertReporter } from './alert-reporter.ts';
import { watchAlerts, type AlertRules } from './alert-watch.ts';
import { guardAcks } from './acks.ts';
import { boltLogger } from './bolt-logger.ts';
import { createBudget, type BudgetLimits } from './budget.ts';
import { createClients, type SlackClients } from './clients.ts';
import { systemClock, type Clock } from './clock.ts';
import { createDigestReporter, type DigestReporterParts } from './digest-reporter.ts';
import type { SlackDirectory } from './directory.ts';
import type { Door, DoorHealth } from './door.ts';
import { createForms } from './forms.ts';
import { listenToGroups, warnOfGroups } from './group-events.ts';
import { createHomes, type HomeRights } from './home.ts';
import { openHttp } from './http-door.ts';
import { createInteractionHandler, type Execute } from './interactions.ts';
import { listenToReaders } from './reader-events.ts';
import { openReaders } from './readers.ts';
import { registerListeners } from './listeners.ts';
import { NOT_RECORDED } from './record.ts';
import { refuseReplays } from './replays.ts';
import { createReporter } from './reporter.ts';
import { createResponders } from './responders.ts';
import { checkSlack, type Workspace } from './self-check.ts';
import { openSockets } from './sockets.ts';

export interface BotParts {
  config: Pick<BotConfig, 'slack' | 'opsChannel'> & Partial<Pick<BotConfig, 'digest' | 'language'>>;
  engine: Engine;
  execute: Execute;
  logger: Logger;
  /** What the policy asks about user groups; told when they change. Left out when it asks nothing. */
  directory?: SlackDirectory;
  /** Ids of the user groups that the policy names. */
  groups?: () => string[];
  /** Told whenever Slack reaches us better or worse; for /readyz and /metrics. */
  onHealth?: (health: DoorHealth) => void;
  /** Milliseconds from an envelope's arrival to its ack. */
  onAck?: (latencyMs: number) => void;
  clock?: Clock;
  limits?: BudgetLimits;
  /** Whom alerts reach that nobody acknowledges; may throw ConfigError. */
  alertPolicy?: () => AlertRules;
  /** Reads the digest that is posted daily; left out: none is. */
  gatherDigest?: DigestReporterParts['gather'];
  /** What home tabs may show to whom; left out: nothing. */
  rights?: HomeRights;
  /** How often time passes for alerts, ms. */
  alertWatch?: { everyMs: number };
}

/** How many interactions one process works on at once. */
const INTERACTIONS_AT_ONCE = 5;
/**
 * Reports spend their time waiting for Slack's limits, and the end of one run must not stand in line behind the notes of
 * others: what goes first is the budget's to say.
 */
const REPORTS_AT_ONCE = 200;
/** Alerts are one a module; those that Alertmanager brings may be more. */
const ALERTS_AT_ONCE = 50;

interface Opened {
  clients: SlackClients;
  door: Door;
  app: App;
  workspace: Workspace;
}

/** The way in that the configuration names; all else is the same for both. */
function doorOf({ config, logger, clock = systemClock, onHealth = () => undefined }: BotParts): Door {
  const { door, apiUrl } = config.slack;
  const shared = { logger, clock, onHealth };
  return door.kind === 'socket' ? openSockets({ ...door, apiUrl, ...shared }) : openHttp({ ...door, ...shared });
}

/** The app and its way in, not started yet. Every client has an options object of its own: the SDK changes it. */
async function openApp(parts: BotParts): Promise<Opened> {
  const { config, logger } = parts;
  const log = boltLogger(logger);
  const { botToken, apiUrl } = config.slack;
  const clients = createClients({ token: botToken, apiUrl, logger: log });
  const workspace = await checkSlack(clients.background, config.opsChannel, parts.groups?.() ?? []);
  const door = doorOf(parts);
  const app = new App({
    token: botToken.reveal(),
    receiver: door.receiver,
    logger: log,
    convoStore: false,
    deferInitialization: true,
    clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 1 }, timeout: 5000 },
  });
  app.error((error) => {
    if (error instanceof KeybuzzError && error.code === NOT_RECORDED) return Promise.reject(error);
    logger.error({ err: error }, 'a listener failed');
    return Promise.resolve();
  });
  await app.init();
  return { clients, door, app, workspace };
}

/** Nobody reads that run's thread until somebody has mended what Slack refuses: the line that alerting looks for. */
const alertOn = (logger: Logger) => (run: string, err: unknown) => {
  logger.error({ alert: 'report-given-up', run, err }, 'Slack refuses the report of a run, it is not tried any more');
};

/**
 * Connects to Slack, then serves: interactions are recorded and executed, runs are reported. Resolves when the bot can
 * serve; throws one ConfigError with all faults when it never could. The closer stops taking envelopes, lets what runs
 * finish, and leaves the rest in Redis for the next process.
 */
export async function startBot(given: BotParts): Promise<Closer> {
  // Bots on other machines read what this one wrote down, and when.
  const clock = given.clock ?? { ...systemClock, nowMs: () => given.engine.nowMs() };
  const parts = { ...given, clock };
  const { config, engine, execute, logger, onAck, limits } = parts;
  const { clients, door, app, workspace } = await openApp(parts);
  const responders = createResponders(clock);
  const stopping = new AbortController();
  // Every report that waits for its turn listens to it.
  setMaxListeners(0, stopping.signal);
  const { signal } = stopping;

  const say = wordingOf(config.language ?? 'en');
  const readers = openReaders({ ...config.slack, logger, language: say.language });
  const homes = createHomes({ engine, clients, clock, logger, workspace, readers, rights: parts.rights });
  const forms = createForms(clients);
  registerListeners(app, { engine, clients, responders, readers, logger, clock }, forms, homes);
  listenToReaders(app, readers, homes);
  if (parts.directory !== undefined) {
    listenToGroups(app, parts.directory);
    await warnOfGroups(parts.directory, parts.groups?.() ?? [], logger);
  }
  guardAcks(app, { logger, say, nowMs: () => clock.nowMs(), ...(onAck === undefined ? {} : { onAck }) });
  if (config.slack.door.kind === 'http') refuseReplays(app, { engine, clock, logger });
  await door.open(app);

  const budget = createBudget({ nowMs: () => clock.nowMs(), engine, ...(limits === undefined ? {} : { limits }) });
  const answer = createInteractionHandler({
    engine,
    budget,
    execute,
    homeTeam: workspace.team,
    readers,
    say,
    clients,
    responders,
    forms,
    logger,
    clock,
    signal,
  });
  const reporting = { engine, clients, budget, clock, opsChannel: config.opsChannel, say, logger, signal };
  const report = createReporter(reporting);
  const reportAlert = createAlertReporter({
    ...reporting,
    workspaceUrl: workspace.url,
    onCall: () => parts.alertPolicy?.().onCall ?? '',
  });
  const { gatherDigest: gather } = parts;
  const closers = [
    ...(gather === undefined
      ? []
      : [engine.digests.consume(config.digest, createDigestReporter({ ...reporting, gather }))]),
    engine.alerts.consume(reportAlert, { concurrency: ALERTS_AT_ONCE, gaveUp: alertOn(logger) }),
    homes.close,
    watchAlerts({ engine, logger, rules: parts.alertPolicy, ...parts.alertWatch }),
    engine.consumeInteractions(answer, { concurrency: INTERACTIONS_AT_ONCE }),
    engine.consumeReports(report, { concurrency: REPORTS_AT_ONCE, gaveUp: alertOn(logger) }),
  ];

  let closing: Promise<void> | undefined;
  return () => {
    closing ??= (async () => {
      stopping.abort();
      await door.close();
      await Promise.all(closers.map((close) => close()));
    })();
    return closing;
  };
}
