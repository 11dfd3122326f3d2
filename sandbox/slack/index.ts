import { createAdmin, type Admin } from './admin.ts';
import * as defaults from './defaults.ts';
import { createHttpCarrier } from './delivery-http.ts';
import { createDelivering, type Carry, type Delivering } from './delivery.ts';
import { createFaults, type Fault } from './faults.ts';
import { listen } from './http.ts';
import { createLimits, type LimitMode } from './limits.ts';
import { SandboxError, type Channel, type UserGroup } from './model.ts';
import { createPerson, type Person } from './person.ts';
import { createQueries, type Queries } from './queries.ts';
import { createSocketMode, type DisconnectReason } from './socket.ts';
import { userNamed } from './store.ts';
import { createWaitFor, type WaitFor } from './wait.ts';
import { createWorld, type AppIdentity, type SandboxEvents, type World } from './world.ts';

export type { Ack } from './delivery.ts';
export { sign } from './delivery-http.ts';
export type { Call } from './journal.ts';
export type { Channel, Message, SlackFile, User, UserGroup, View } from './model.ts';
export { SandboxError } from './model.ts';
export type { Fault } from './faults.ts';
export type { Person } from './person.ts';
export type { ClickOptions, DeliverOptions, Delivery } from './person-hands.ts';

/** What may be chosen; everything has a default. */
export interface SandboxOptions {
  /** A free one unless told. */
  port?: number;
  /** The language of everybody's Slack who is given none: `en-US` unless told. */
  locale?: string;
  /** People beside the bot; operator, approver, approver2 and viewer unless told. */
  users?: defaults.GivenUser[];
  /** #ops and #ops-alerts, with everybody in them, unless told. */
  channels?: (Partial<Channel> & { id: string; name: string })[];
  groups?: UserGroup[];
  /** Tokens, scopes, commands, subscribed events. */
  app?: Partial<AppIdentity>;
  /** Rate limits: `off` unless told. */
  limits?: LimitMode;
  /** Slack's three seconds. */
  ackTimeoutMs?: number;
  /** Between the server's WebSocket pings; 10 s unless told. */
  pingIntervalMs?: number;
  /** The clock behind triggers, response_urls, limits and timestamps (not behind acks and pings). */
  nowMs?: () => number;
}

/** A running workspace. */
export interface SlackSandbox extends Queries {
  /** For `slackApiUrl`: ends in `/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  /** By name (`operator`, `@operator`) or id. */
  person: (nameOrId: string) => Person;
  /** What an administrator of the workspace changes. */
  admin: Admin;
  waitFor: WaitFor;
  /** Listens for a live view; the function stops it. */
  on: <K extends keyof SandboxEvents>(event: K, listener: (...what: SandboxEvents[K]) => void) => () => void;
  /** Orders trouble; the function takes the order back. */
  fault: (fault: Fault) => () => void;
  /** Slack is down: every request gets 500 and all sockets are cut, until the function is called. */
  outage: () => () => void;
  setLimits: (mode: LimitMode) => void;
  /** Sends disconnect frames to all connections, or to one (0 is the oldest): Slack's hourly refresh. */
  refresh: (options?: { reason?: DisconnectReason; which?: number }) => void;
  /** Cuts all sockets without a word. */
  cutConnections: () => void;
  /** From now on deliver to the app's HTTP address, signed, as for an app without Socket Mode; undefined: sockets again. */
  deliverTo: (url: string | undefined) => void;
  /** How many sockets can take an envelope now. */
  connections: () => number;
  close: () => Promise<void>;
}

function buildWorld(options: SandboxOptions): World {
  const app = { ...defaults.defaultApp(), ...options.app };
  const given = options.users ?? defaults.defaultUsers();
  const people = given.map((each) => defaults.user({ locale: options.locale ?? 'en-US', ...each }));
  return createWorld({
    team: defaults.TEAM,
    app,
    users: [...people, defaults.botUser(app)],
    channels: options.channels?.map(defaults.channel) ?? defaults.defaultChannels(people, app.botUserId),
    groups: options.groups ?? defaults.defaultGroups(),
    nowMs: options.nowMs ?? Date.now,
  });
}

function finder(world: World, delivering: Delivering, parts: { ackTimeoutMs: number; waitFor: WaitFor }) {
  return (nameOrId: string): Person => {
    const user = userNamed(world, nameOrId);
    if (user) return createPerson({ world, delivering, user, ackTimeoutMs: parts.ackTimeoutMs }, parts.waitFor);
    const there = [...world.users.values()].map((each) => each.name).join(', ');
    throw new SandboxError('no_person', `There is nobody called ${nameOrId}; there are: ${there}.`);
  };
}

/**
 * Starts a workspace on 127.0.0.1 that speaks Slack's Web API, Socket Mode and response_urls, so that a real Bolt app
 * runs against it unchanged (`slackApiUrl: sandbox.apiUrl`). Everything is in memory; `close()` ends all of it.
 * Rejects with the server's error (`EADDRINUSE`) when the port is taken.
 */
export async function startSlackSandbox(options: SandboxOptions = {}): Promise<SlackSandbox> {
  const world = buildWorld(options);
  const ackTimeoutMs = options.ackTimeoutMs ?? 3_000;
  const limits = createLimits(world.nowMs, options.limits ?? 'off');
  const faults = createFaults();
  const http = await listen({ world, limits, faults }, options.port ?? 0);
  const socket = createSocketMode({
    world,
    faults,
    pingIntervalMs: options.pingIntervalMs ?? 10_000,
    onAck: (envelopeId, payload) => delivering.onAck(envelopeId, payload),
  });
  const overHttp = createHttpCarrier(world, {
    onAck: (envelopeId, payload) => delivering.onAck(envelopeId, payload),
    onRefusal: (envelopeId, isFinal) => delivering.onRefusal(envelopeId, isFinal),
  });
  const carry: Carry = (envelope) => (overHttp.url === undefined ? socket.send(envelope) : overHttp.send(envelope));
  const delivering = createDelivering(world, carry, ackTimeoutMs);
  http.server.on('upgrade', socket.upgrade);
  const queries = createQueries(world);
  const waitFor = createWaitFor(world, () => queries.dump());
  return {
    ...queries,
    apiUrl: `${world.origin}/api/`,
    botToken: world.app.botToken,
    appToken: world.app.appToken,
    signingSecret: world.app.signingSecret,
    botUserId: world.app.botUserId,
    person: finder(world, delivering, { ackTimeoutMs, waitFor }),
    admin: createAdmin(world, delivering),
    waitFor,
    on: (event, listener) => {
      world.events.on(event, listener as never);
      return () => world.events.off(event, listener as never);
    },
    fault: faults.add,
    outage: () => {
      const orders = ['*', 'upload', 'response_url'].map((method) =>
        faults.add({ method, kind: '500', times: Infinity }),
      );
      socket.cut();
      return () => orders.forEach((heal) => heal());
    },
    setLimits: (mode) => {
      limits.mode = mode;
    },
    refresh: ({ reason = 'refresh_requested', which } = {}) => socket.disconnect(reason, which),
    cutConnections: socket.cut,
    deliverTo: (url) => {
      overHttp.url = url;
    },
    connections: socket.connections,
    close: async () => {
      delivering.close();
      overHttp.close();
      await socket.close();
      await http.close();
    },
  };
}
