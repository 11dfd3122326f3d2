/** JSON as it crosses the wire. */
export type Json = Record<string, unknown>;

/** A member of the workspace, with the flags by which a bot decides whom to refuse. */
export interface User {
  id: string;
  name: string;
  real_name: string;
  team_id: string;
  is_bot: boolean;
  deleted: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  /** In which the person reads Slack: `en-US`. */
  locale: string;
}

/** A conversation; `is_im` ones are the direct messages between the bot and one person. */
export interface Channel {
  id: string;
  name: string;
  members: string[];
  is_private: boolean;
  is_archived: boolean;
  is_im: boolean;
}

/** A user group (`subteam` in Slack's own events). */
export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

/** An element a person can touch. */
export interface Element {
  type: string;
  action_id: string;
  [key: string]: unknown;
}

/** A block as stored: Slack fills the ids an app leaves out. */
export interface Block {
  type: string;
  block_id: string;
  [key: string]: unknown;
}

/** One message, never changed in place: an edit stores a new object, so what a test holds stays as it was. */
export interface Message {
  type: 'message';
  channel: string;
  ts: string;
  text: string;
  user?: string;
  bot_id?: string;
  app_id?: string;
  team?: string;
  blocks?: Block[];
  attachments?: Json[];
  thread_ts?: string;
  /** A thread reply that is shown in the channel too. */
  reply_broadcast?: boolean;
  metadata?: Json;
  edited?: { user: string; ts: string };
  files?: SlackFile[];
  reactions?: { name: string; users: string[] }[];
  unfurl_links?: boolean;
  unfurl_media?: boolean;
  /** Set on ephemeral messages: the only person who sees it. */
  visibleTo?: string;
}

/** A modal or a home tab as Slack answers it. */
export interface View {
  id: string;
  type: 'modal' | 'home';
  hash: string;
  callback_id: string;
  external_id: string;
  private_metadata: string;
  blocks: Block[];
  state: { values: Json };
  root_view_id: string;
  previous_view_id: string | null;
  app_id: string;
  bot_id: string;
  team_id: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  title?: Json;
  submit?: Json;
  close?: Json;
}

/** An uploaded file; `content` is what the bot sent, byte for byte. */
export interface SlackFile {
  id: string;
  name: string;
  title: string;
  length: number;
  content: Buffer;
  channel?: string;
  thread_ts?: string;
  state: 'asked' | 'uploaded' | 'shared';
}

/** A person's three seconds to be answered with a modal. */
export interface Trigger {
  id: string;
  userId: string;
  madeAtMs: number;
  used: boolean;
  /** The modal it was made in, for `views.push`. */
  viewId?: string;
}

/** One `response_url`: what it may touch and how often it was used. */
export interface ResponseUrl {
  id: string;
  userId: string;
  channel: string;
  madeAtMs: number;
  uses: number;
  /** The message the click happened in: what `replace_original` means. */
  original?: { ts: string; ephemeral: boolean };
  thread_ts?: string;
}

/** Who is refused and why; `not_found`-like codes are Slack's own. */
export class SlackFault extends Error {
  readonly body: Json;

  /** `error` is Slack's code; `more` goes into the answer beside it. */
  constructor(error: string, more: Json = {}) {
    super(error);
    this.name = 'SlackFault';
    this.body = { ok: false, error, ...more };
  }
}

/** A test or the demo asked for something a person could not do here: the message says what could be done. */
export class SandboxError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'SandboxError';
    this.code = code;
  }
}
