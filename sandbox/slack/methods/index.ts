import type { Method } from '../method.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { directoryMethods } from './directory.ts';
import { fileMethods } from './files.ts';
import { viewMethods } from './views.ts';

/** Every Web API method the workspace has, by name. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...directoryMethods,
    ...chatMethods,
    ...conversationMethods,
    ...viewMethods,
    ...fileMethods,
  }),
);
