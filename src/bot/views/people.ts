import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import { code, context, fallback, line, lineSections, mention, section, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

function usageLines(lines: Of<'help'>['lines']): string[] {
  return lines.map(({ usage, summary }) => `${code(`/keybuzz ${usage}`, 160)} ${line(summary, 200)}`);
}

/** What one may type, as far as this person may. */
export function helpMessage(reply: Of<'help'>, say: Wording = english): Message {
  const title = `*${line(reply.title, 200)}*`;
  const notes = reply.notes.slice(0, 10).map((note) => context(line(note, 500)));
  const blocks = [section(title), ...lineSections(usageLines(reply.lines), 8, 'command', say), ...notes];
  return { text: fallback([title, ...usageLines(reply.lines)], say), blocks };
}

/** Who somebody is to the bot. */
export function whoamiMessage(reply: Of<'whoami'>, say: Wording = english): Message {
  const { person, mapped, roles, may, notes = [] } = reply;
  const id = code(person.id);
  const unknown = roles.length > 0 ? say.help.knownByGroups(id) : say.help.unknown(id);
  const known = mapped ? say.help.knownAs(id) : unknown;
  const shownRoles =
    roles.length === 0
      ? say.help.noRoles
      : roles
          .slice(0, 20)
          .map((role) => code(role, 60))
          .join(', ');
  const head = say.help.youAre(mention(person), known, shownRoles);
  const list = may.length === 0 ? [section(say.help.mayNothing)] : [section(say.help.youMay)];
  return {
    text: fallback([head], say),
    blocks: [
      section(head),
      ...notes.slice(0, 5).map((note) => section(`:warning: ${line(note, 600)}`)),
      ...list,
      ...lineSections(usageLines(may), 6, 'command', say),
    ],
  };
}
