import { asJson, asList, asText } from './blocks.ts';
import type { Message, View } from './model.ts';
import { renderBlocks } from './render-blocks.ts';
import { indent, renderMrkdwn, styled, type RenderOptions } from './render-mrkdwn.ts';
import type { World } from './world.ts';

/** Names of people, channels and groups of a workspace. */
export function namesOf(world: World): RenderOptions['nameOf'] {
  return (id) => {
    const person = world.users.get(id)?.name ?? world.groups.get(id)?.handle;
    const channel = world.channels.get(id)?.name;
    if (person !== undefined) return `@${person}`;
    return channel === undefined ? id : `#${channel}`;
  };
}

function clock(ts: string): string {
  return new Date(Number(ts) * 1000).toISOString().slice(11, 19);
}

function body(message: Message, options: RenderOptions): string {
  const attached = (message.attachments ?? []).map((each) => {
    const blocks = asList(each.blocks);
    const text = blocks.length > 0 ? renderBlocks(blocks, options) : renderMrkdwn(asText(each.text), options);
    return indent(text, '▌ ');
  });
  const files = (message.files ?? []).map((file) => `[file: ${file.title}, ${file.length} bytes]`);
  // A client shows the blocks; `text` is then only for notifications.
  const main = message.blocks ? renderBlocks(message.blocks, options) : renderMrkdwn(message.text, options);
  const reactions = (message.reactions ?? []).map((each) => `:${each.name}: ${each.users.length}`).join(' ');
  return [main, ...attached, ...files, reactions].filter((part) => part !== '').join('\n');
}

/** A message: who, when (UTC), what it shows, and what can be clicked. */
export function renderMessage(message: Message, options: RenderOptions): string {
  const who = styled(options.nameOf(message.user ?? ''), 'bold', options);
  const marks = [
    ...(message.visibleTo === undefined ? [] : [`only ${options.nameOf(message.visibleTo)} sees this`]),
    // Slack marks an edit only where there are no blocks.
    ...(message.edited && !message.blocks ? ['edited'] : []),
    ...(message.reply_broadcast === true ? ['also sent to the channel'] : []),
  ];
  const note = marks.length > 0 ? styled(` (${marks.join(', ')})`, 'dim', options) : '';
  return `${who} ${styled(clock(message.ts), 'dim', options)}${note}\n${indent(body(message, options), '  ')}`;
}

/** Messages with their replies under them; `visible` may hold ephemeral ones too. */
export function renderMessages(visible: readonly Message[], options: RenderOptions): string {
  const isReply = (each: Message): boolean => each.thread_ts !== undefined && each.thread_ts !== each.ts;
  const sorted = [...visible].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const known = new Set(sorted.map((each) => each.ts));
  const roots = sorted.filter((each) => !isReply(each) || !known.has(each.thread_ts ?? ''));
  const lines = roots.map((root) => {
    const replies = sorted.filter((each) => isReply(each) && each.thread_ts === root.ts);
    return [
      renderMessage(root, options),
      ...replies.map((each) => indent(renderMessage(each, options), '    │ ')),
    ].join('\n');
  });
  return lines.join('\n');
}

/** A modal or a home tab. */
export function renderView(view: View, options: RenderOptions): string {
  const label = (part: unknown): string => asText(asJson(part)?.text);
  const title = styled(label(view.title) || view.type, 'bold', options);
  const buttons = [label(view.submit), label(view.close)].filter((each) => each !== '').map((each) => `[ ${each} ]`);
  return [`┌ ${title}`, indent(renderBlocks(view.blocks, options), '│ '), `└ ${buttons.join(' ')}`].join('\n');
}

/** Everything people can see in a workspace: channels with threads, ephemeral messages, open modals. */
export function renderWorkspace(world: World, ansi = false): string {
  const options = { nameOf: namesOf(world), ansi };
  const channels = [...world.channels.values()].map((channel) => {
    const visible = [
      ...(world.messages.get(channel.id) ?? []),
      ...world.ephemerals.filter((each) => each.channel === channel.id),
    ];
    const name = channel.is_im
      ? `direct messages of ${channel.members.map(options.nameOf).join(' and ')}`
      : `#${channel.name}`;
    return `${styled(name, 'bold', options)}\n${visible.length > 0 ? indent(renderMessages(visible, options), '  ') : '  (empty)'}`;
  });
  const modals = [...world.modals].flatMap(([userId, stack]) =>
    stack.map((view) => `modal of ${options.nameOf(userId)}\n${indent(renderView(view, options), '  ')}`),
  );
  return [...channels, ...modals].join('\n\n');
}
