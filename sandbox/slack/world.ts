import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createJournal, type Call, type Journal } from './journal.ts';
import type { Channel, Message, ResponseUrl, SlackFile, Trigger, User, UserGroup, View } from './model.ts';

/** What a live view may listen to; `change` follows each of them. */
export interface SandboxEvents {
  message: [Message];
  update: [Message];
  delete: [Message];
  ephemeral: [Message];
  view: [View, 'opened' | 'updated' | 'pushed' | 'closed'];
  home: [string, View];
  file: [SlackFile];
  reaction: [Message];
  call: [Call];
  /** How many sockets are open now. */
  connections: [number];
  change: [];
}

/** The app as the workspace knows it. */
export interface AppIdentity {
  appId: string;
  botId: string;
  botUserId: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  scopes: readonly string[];
  /** The slash commands of its manifest. */
  commands: readonly string[];
  /** The callback ids of the shortcuts of its manifest. */
  shortcuts: readonly string[];
  /** The event types of its manifest. */
  botEvents: readonly string[];
}

/** The whole state of one workspace; everything here is in memory and gone at the end. */
export interface World {
  team: { id: string; domain: string; name: string };
  app: AppIdentity;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  groups: Map<string, UserGroup>;
  /** By channel, in the order of their ts. */
  messages: Map<string, Message[]>;
  ephemerals: Message[];
  /** The open modals of a person, the one in front last. */
  modals: Map<string, View[]>;
  homes: Map<string, View>;
  files: Map<string, SlackFile>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  /** Socket tickets not used yet, with the time they were made. */
  tickets: Map<string, number>;
  journal: Journal;
  events: EventEmitter<SandboxEvents>;
  nowMs: () => number;
  /** A new message timestamp: unique, ascending, `<seconds>.<microseconds>`. */
  nextTs: () => string;
  /** `http://127.0.0.1:<port>`; empty until the server listens. */
  origin: string;
}

/** The parts of a world that the starter chooses. */
export interface WorldParts {
  team: World['team'];
  app: AppIdentity;
  users: User[];
  channels: Channel[];
  groups: UserGroup[];
  nowMs: () => number;
}

/** Tells everybody who listens, then that something changed. */
export function announce<K extends keyof SandboxEvents>(world: World, name: K, ...what: SandboxEvents[K]): void {
  const emit = world.events.emit.bind(world.events) as (event: string, ...values: unknown[]) => boolean;
  emit(name, ...what);
  emit('change');
}

/** A random id in Slack's shape: `V` + capitals and digits. */
export function newId(prefix: string): string {
  return prefix + randomBytes(5).toString('hex').toUpperCase();
}

/** A new workspace holding the given people and channels, and nothing else yet. */
export function createWorld(parts: WorldParts): World {
  const events = new EventEmitter<SandboxEvents>();
  events.setMaxListeners(0);
  let lastMicros = 0;
  const world: World = {
    team: parts.team,
    app: parts.app,
    users: new Map(parts.users.map((user) => [user.id, user])),
    channels: new Map(parts.channels.map((channel) => [channel.id, channel])),
    groups: new Map(parts.groups.map((group) => [group.id, group])),
    messages: new Map(),
    ephemerals: [],
    modals: new Map(),
    homes: new Map(),
    files: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    tickets: new Map(),
    journal: createJournal(parts.nowMs, (call) => announce(world, 'call', call)),
    events,
    nowMs: parts.nowMs,
    nextTs: () => {
      lastMicros = Math.max(parts.nowMs() * 1000, lastMicros + 1);
      return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
    origin: '',
  };
  return world;
}

/** The trigger of one interaction, good for one modal within three seconds. */
export function newTrigger(world: World, userId: string, viewId?: string): Trigger {
  const id = `${Math.floor(world.nowMs() / 1000)}.${world.triggers.size + 1}.${randomBytes(16).toString('hex')}`;
  const trigger: Trigger = {
    id,
    userId,
    madeAtMs: world.nowMs(),
    used: false,
    ...(viewId === undefined ? {} : { viewId }),
  };
  world.triggers.set(id, trigger);
  return trigger;
}

/** A new response_url, as the app will see it. */
export function newResponseUrl(world: World, about: Omit<ResponseUrl, 'id' | 'madeAtMs' | 'uses'>): string {
  const id = randomBytes(12).toString('hex');
  world.responseUrls.set(id, { ...about, id, madeAtMs: world.nowMs(), uses: 0 });
  return `${world.origin}/response/${id}`;
}
