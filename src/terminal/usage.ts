import { COMMANDS, isOffered, usageOf } from '../commands/index.ts';
import type { Module } from '../modules/contract.ts';
import { formatTable } from './text.ts';
import type { Style } from './text.ts';

/** What runs until it is stopped, as against the verbs that answer and end. */
export const PROCESSES = [
  { name: 'bot', summary: 'Serve Slack: Slack tokens, no SSH key' },
  { name: 'worker', summary: 'Do the work: SSH key and credentials, no Slack token' },
  { name: 'start', summary: 'Run one bot and one worker side by side' },
  { name: 'demo', summary: 'Play it all with a local Slack and a simulated fleet' },
] as const;

const STYLE: Style = { columns: Infinity, isColour: false, timeZone: 'UTC' };

/** All that can stand after `keybuzz`, without a configuration and so without regard to who may do what. */
export function helpText(modules: readonly Module[]): string {
  const processes = PROCESSES.map(({ name, summary }) => [`  keybuzz ${name}`, summary]);
  const verbs = COMMANDS.filter((spec) => isOffered(spec, modules)).map((spec) => [
    `  keybuzz ${usageOf(spec)}`,
    spec.summary,
  ]);
  return [
    'Processes:',
    ...formatTable(processes, STYLE),
    '',
    'What you can ask, as in Slack with /keybuzz (--json: one JSON document, --detach: do not follow the run):',
    ...formatTable(verbs, STYLE),
    '',
    'Exit codes: 0 ok, 1 failed or unhealthy, 2 wrong use, 3 waits for approval, 4 refused, 78 configuration.',
  ].join('\n');
}
