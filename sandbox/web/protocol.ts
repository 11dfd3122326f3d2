import { z } from 'zod';
import type { Block, Json } from '../slack/model.ts';
import { LOCALES } from './locales.ts';

// What the page and its server say to each other: the page sends acts, the server answers each and pushes what is seen.

/** A person the page can act as, or whose name it shows. */
export interface SeenUser {
  id: string;
  name: string;
  realName: string;
  isBot: boolean;
  /** The language of their Slack: `fr-FR`. */
  locale: string;
}

export interface SeenChannel {
  id: string;
  /** Without `#`; the direct messages with the app have the app's name. */
  name: string;
  isDirect: boolean;
}

export interface SeenFile {
  id: string;
  name: string;
  bytes: number;
  /** Its beginning, for showing it in place. */
  text: string;
}

export interface SeenMessage {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks: Block[];
  /** Only in replies. */
  threadTs?: string;
  isBroadcast: boolean;
  isEdited: boolean;
  /** Nobody else sees it. */
  isEphemeral: boolean;
  files: SeenFile[];
}

export interface SeenView {
  id: string;
  type: 'modal' | 'home';
  title: string;
  submit: string;
  close: string;
  blocks: Block[];
}

/** Trouble that can be made from the page. */
export interface SeenFault {
  id: string;
  group: string;
  label: string;
  /** What to look for while it lasts. */
  hint: string;
  /** `switch` lasts until it is taken back, `push` happens once. */
  kind: 'switch' | 'push';
  isOn: boolean;
}

/** Everything one person sees. Sent whole: a demo's workspace is small, and nothing can be missed this way. */
export interface Seen {
  team: string;
  me: string;
  bot: string;
  users: SeenUser[];
  channels: SeenChannel[];
  /** By channel id, oldest first, replies included. */
  messages: Record<string, SeenMessage[]>;
  modals: SeenView[];
  home: SeenView | null;
  /** The app's slash commands, for completion. */
  commands: { command: string; description: string; hint: string }[];
  shortcuts: { id: string; name: string }[];
  /** Sockets that the app holds open. */
  connections: number;
  faults: SeenFault[];
  /** Said at the top of the page: what here is not real. */
  label: string;
}

const Choice = z.union([z.string(), z.number(), z.array(z.string()), z.null()]);
const Choices = z.record(z.string(), Choice);

/** What a person does on the page. */
export const Act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('become'), person: z.string() }),
  z.object({
    do: z.literal('write'),
    channel: z.string(),
    text: z.string().max(10_000),
    thread: z.string().optional(),
  }),
  z.object({ do: z.literal('click'), channel: z.string(), ts: z.string(), action: z.string(), block: z.string() }),
  z.object({
    ...{ do: z.literal('click-view'), view: z.string(), action: z.string(), block: z.string() },
    values: Choices,
  }),
  z.object({ do: z.literal('submit'), view: z.string(), values: Choices }),
  z.object({ do: z.literal('close'), view: z.string() }),
  z.object({ do: z.literal('shortcut'), channel: z.string(), ts: z.string(), callback: z.string() }),
  z.object({ do: z.literal('open-home') }),
  z.object({ do: z.literal('set-locale'), locale: z.enum(LOCALES) }),
  z.object({ do: z.literal('fault'), fault: z.string(), on: z.boolean() }),
]);
export type Act = z.infer<typeof Act>;

/** One act, numbered by the page so that the answer finds it. */
export const Request = z.object({ id: z.number().int(), act: Act });
export type Request = z.infer<typeof Request>;

/** `error` is a sentence; `fields` are a form's errors by block. */
export type Push =
  { type: 'seen'; seen: Seen } | { type: 'answer'; id: number; error?: string; fields?: Record<string, string> };

/** The text of a text object, or nothing. */
export function textOf(part: Json | undefined): string {
  return typeof part?.text === 'string' ? part.text : '';
}
