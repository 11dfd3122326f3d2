import { COMMANDS, isOffered, usageOf } from '../commands/index.ts';
import type { Wording } from '../language/index.ts';
import type { Module } from '../modules/contract.ts';
import { formatTable } from './text.ts';

/** What runs until it is stopped, as against the verbs that answer and end. */
export const PROCESSES = ['bot', 'worker', 'start', 'demo'] as const;

/** All that can stand after `keybuzz`, without a configuration and so without regard to who may do what. */
export function helpText(modules: readonly Module[], say: Wording): string {
  const style = { columns: Infinity, isColour: false, timeZone: 'UTC', say };
  const { terminal, verbs } = say;
  const processes = PROCESSES.map((name) => [`  keybuzz ${name}`, terminal.processes[name]]);
  const offered = COMMANDS.filter((spec) => isOffered(spec, modules));
  return [
    terminal.processesHead,
    ...formatTable(processes, style),
    '',
    terminal.verbsHead,
    ...formatTable(
      offered.map((spec) => [`  keybuzz ${usageOf(spec)}`, verbs[spec.verb]]),
      style,
    ),
    '',
    terminal.exitCodes,
  ].join('\n');
}
