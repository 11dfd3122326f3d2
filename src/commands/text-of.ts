import type { Command } from './command.ts';
import { joinWords } from './words.ts';

/** A flag's reason: in quotes where it would be read as something else. */
const reasonOf = (reason: string): string => (/^["']|(?:^|\s)--/.test(reason) ? joinWords([reason]) : reason);

/** How somebody goes ahead alone, as it stands at a command's end; empty when nobody does. */
export const glassOf = ({ breakGlass }: { breakGlass?: string }): string =>
  breakGlass === undefined ? '' : ` --break-glass ${reasonOf(breakGlass)}`;

const overrideOf = ({ override }: { override?: string }): string =>
  override === undefined ? '' : ` --override ${reasonOf(override)}`;

const emergencyOf = ({ emergency }: { verb: string; emergency?: string }): string =>
  emergency === undefined ? '' : ` --emergency ${emergency}`;

function auditText({ what, person, module, about, since, until, limit }: Extract<Command, { verb: 'audit' }>): string {
  const flags = Object.entries({ person, module, verb: about, since, until }).filter(([, word]) => word !== '');
  const words = [...(what === 'list' ? [] : [what]), ...flags.map(([name, word]) => `--${name} ${word}`)];
  return ['audit', ...words, ...(what === 'list' ? [`--limit ${limit}`] : [])].join(' ');
}

/** The command as one would type it, without the typist's detours: kept in the run log. */
export function textOf(command: Command): string {
  switch (command.verb) {
    case 'reviews':
    case 'whoami':
    case 'locks':
    case 'validate':
    case 'alerts':
    case 'digest':
      return command.verb;
    case 'help':
      return `help ${command.topic}`.trim();
    case 'inventory': {
      const { name, ...others } = command.selector;
      const filters = Object.entries(others).map(([field, value]) => `${field}=${value}`);
      return [command.verb, ...filters, name ?? ''].join(' ').trim();
    }
    case 'deploy':
      return `deploy ${command.module}${command.prune === true ? ' --prune' : ''}${overrideOf(command)}${glassOf(command)}`;
    case 'status':
    case 'drill':
    case 'test':
      return `${command.verb} ${command.module}`;
    case 'failover':
    case 'migrate':
    case 'remove':
      return `${command.verb} ${command.module}${emergencyOf(command)}${glassOf(command)}`;
    case 'plan': {
      const planned = command.planned === 'deploy' ? '' : `${command.planned} `;
      return `plan ${planned}${command.module}${command.prune === true ? ' --prune' : ''}`;
    }
    case 'runs':
      return `runs ${command.openOnly ? '--open ' : ''}--limit ${command.limit}`;
    case 'show':
    case 'approve':
    case 'cancel':
    case 'resume':
    case 'abandon':
      return `${command.verb} ${command.run}`;
    case 'logs':
      return `logs ${command.run} ${command.step} ${command.host}`.replace(/ +/g, ' ').trim();
    case 'deny':
      return `deny ${command.run} ${command.reason}`;
    case 'unlock':
      return `unlock ${command.lock}`;
    case 'lock':
    case 'steal':
      return `${command.verb} ${command.lock} ${command.reason}`;
    case 'enroll':
    case 'reboot':
    case 'reset':
    case 'poweron':
      return `${command.verb} ${command.host}${glassOf(command)}`;
    case 'ack':
    case 'unsilence':
      return `${command.verb} ${command.alert}`;
    case 'silence':
      return `silence ${command.alert} ${command.until} ${command.reason}`.trim();
    case 'audit':
      return auditText(command);
    case 'policy':
      return `policy check ${command.person} ${command.about}`;
    case 'freeze':
    case 'unfreeze':
      return `${command.verb} ${command.reason}`.trim();
    case 'totp':
      return `totp ${command.what} ${command.what === 'forget' ? command.word : ''}`.trim();
    case 'review':
      return `review ${command.run} ${command.note}`.trim();
  }
}
