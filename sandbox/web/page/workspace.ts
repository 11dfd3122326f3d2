import { createContext, use } from 'react';
import type { Seen, SeenUser } from '../protocol.ts';
import type { Do } from './live.ts';

export type Theme = 'light' | 'dark';

/** What every part of the page needs. */
export interface Workspace {
  seen: Seen;
  act: Do;
  theme: Theme;
  /** Tells the person something that only they see, as Slackbot would. */
  tell: (text: string) => void;
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export function useWorkspace(): Workspace {
  const workspace = use(WorkspaceContext);
  if (workspace === undefined) throw new Error('Only inside of WorkspaceContext.');
  return workspace;
}

/** The user of an id; somebody unknown is shown by it. */
export function userOf(seen: Seen, id: string): SeenUser {
  return seen.users.find((user) => user.id === id) ?? { id, name: id, realName: id, isBot: false, locale: '' };
}

/** `14:05` in the reader's time zone, from a message's ts (seconds). */
export function timeOf(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
