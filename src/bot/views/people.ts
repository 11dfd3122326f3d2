import type { Reply } from '../../commands/reply.ts';
import { code, context, fallback, line, lineSections, mention, section, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

function usageLines(lines: Of<'help'>['lines']): string[] {
  return lines.map(({ usage, summary }) => `${code(`/keybuzz ${usage}`, 160)} ${line(summary, 200)}`);
}

/** What one may type, as far as this person may. */
export function helpMessage(reply: Of<'help'>): Message {
  const title = `*${line(reply.title, 200)}*`;
  const notes = reply.notes.slice(0, 10).map((note) => context(line(note, 500)));
  const blocks = [section(title), ...lineSections(usageLines(reply.lines), 8, 'command'), ...notes];
  return { text: fallback([title, ...usageLines(reply.lines)]), blocks };
}

/** Who somebody is to the bot. */
export function whoamiMessage(reply: Of<'whoami'>): Message {
  const { person, mapped, roles, may, notes = [] } = reply;
  const unknown =
    roles.length > 0
      ? `the policy knows you by your Slack user groups (${code(person.id)})`
      : `the policy does not know you (${code(person.id)}): ask an operator to add you to policy.yaml`;
  const known = mapped ? `the policy knows you as ${code(person.id)}` : unknown;
  const shownRoles =
    roles.length === 0
      ? 'no roles'
      : roles
          .slice(0, 20)
          .map((role) => code(role, 60))
          .join(', ');
  const head = `You are ${mention(person)}; ${known}.\nRoles: ${shownRoles}`;
  const list = may.length === 0 ? [section('You may do nothing here.')] : [section('You may:')];
  return {
    text: fallback([head]),
    blocks: [
      section(head),
      ...notes.slice(0, 5).map((note) => section(`:warning: ${line(note, 600)}`)),
      ...list,
      ...lineSections(usageLines(may), 6, 'command'),
    ],
  };
}
