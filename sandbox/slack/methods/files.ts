import { z } from 'zod';
import { count, method, nested, word, type Method } from '../method.ts';
import { SlackFault, type SlackFile } from '../model.ts';
import { addMessage, appMessage, joinedChannel } from '../store.ts';
import { announce, newId, type World } from '../world.ts';
import { contentOf } from './chat.ts';

/** The first part of a multipart body, or the whole body when it is not multipart. */
function partOf(upload: { body: Buffer; contentType: string }): Buffer {
  const boundary = /boundary="?([^";]+)"?/.exec(upload.contentType)?.[1];
  if (boundary === undefined) return upload.body;
  const start = upload.body.indexOf('\r\n\r\n') + 4;
  const end = upload.body.indexOf(`\r\n--${boundary}`, start);
  return upload.body.subarray(start, end < 0 ? undefined : end);
}

/** Keeps what was sent to an upload address; false when nobody asked for that address. */
export function storeUpload(world: World, id: string, upload: { body: Buffer; contentType: string }): boolean {
  const file = world.files.get(id);
  if (file?.state !== 'asked') return false;
  world.files.set(id, { ...file, content: partOf(upload), state: 'uploaded' });
  return true;
}

const completeParams = z.object({
  files: nested.pipe(z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1)),
  channel_id: word.optional(),
  thread_ts: word.optional(),
  initial_comment: word.optional(),
  blocks: nested.optional(),
});

function complete(params: z.output<typeof completeParams>, world: World): Record<string, unknown> {
  const channel = params.channel_id === undefined ? undefined : joinedChannel(world, params.channel_id);
  const shared = params.files.map(({ id, title }): SlackFile => {
    const file = world.files.get(id);
    if (file?.state !== 'uploaded') throw new SlackFault('file_not_found');
    return {
      ...file,
      title: title ?? file.name,
      state: 'shared',
      ...(channel ? { channel: channel.id } : {}),
      ...(params.thread_ts === undefined ? {} : { thread_ts: params.thread_ts }),
    };
  });
  const text = params.initial_comment ?? '';
  const content = params.blocks === undefined ? { text } : contentOf({ text, blocks: params.blocks });
  for (const file of shared) world.files.set(file.id, file);
  if (channel) {
    const thread = params.thread_ts === undefined ? {} : { thread_ts: params.thread_ts };
    addMessage(world, { ...appMessage(world, channel.id, text), ...content, ...thread, files: shared });
  }
  for (const file of shared) announce(world, 'file', file);
  return { files: shared.map(({ id, name, title, length }) => ({ id, name, title, size: length })) };
}

/** The two calls around an upload. */
export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal': method({
    token: 'bot',
    scope: 'files:write',
    tier: 4,
    params: z.object({ filename: word.min(1), length: count }),
    run: ({ filename, length }, world) => {
      const id = newId('F');
      const content = Buffer.alloc(0);
      world.files.set(id, { id, name: filename, title: filename, length, content, state: 'asked' });
      return { upload_url: `${world.origin}/upload/${id}`, file_id: id };
    },
  }),
  'files.completeUploadExternal': method({
    token: 'bot',
    scope: 'files:write',
    tier: 4,
    params: completeParams,
    run: complete,
  }),
};
