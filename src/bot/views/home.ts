import type { ActionsBlock, Button, HomeView, KnownBlock, SectionBlock } from '@slack/types';
import { gravestAnswer } from '../../commands/outcome.ts';
import { isOld } from '../../commands/snapshot-age.ts';
import type { Monitored, RunState, Snapshot, SubjectState } from '../../jobs/index.ts';
import { alertLine } from './alert-replies.ts';
import { checkSummary } from './checks.ts';
import { ANSWER_MARKS, statusLine } from './marks.ts';
import { code, context, count, duration, line, lineSections, mention, plain, section, time } from './text.ts';

export const HOME_ACTION_IDS = {
  deploy: 'keybuzz_home_deploy',
  failover: 'keybuzz_home_failover',
  silence: 'keybuzz_home_silence',
  refresh: 'keybuzz_home_refresh',
} as const;

/** A module as the home tab shows it: newest answers, and how old they are. */
export interface ModuleRow {
  name: string;
  title: string;
  monitored: Monitored | undefined;
  snapshot: Snapshot | undefined;
}

/** A run and the address of its message; empty when it has none. */
export interface LinkedRun {
  run: RunState;
  link: string;
}

/** Everything one person's home tab is drawn from. */
export interface Home {
  now: string;
  modules: ModuleRow[];
  alerts: SubjectState[];
  /** Runs in progress. */
  open: LinkedRun[];
  /** Of them those that wait for this person's decision. */
  prompts: LinkedRun[];
  /** The newest runs that changed something. */
  recent: LinkedRun[];
}

function moduleLine({ name, title, monitored, snapshot }: ModuleRow, now: string): string {
  const head = `*${line(title, 80)}* ${code(name, 40)}`;
  if (monitored === undefined) return `:white_circle: ${head} · the monitor does not ask it`;
  if (snapshot === undefined) return `:hourglass: ${head} · not asked yet`;
  const age = `asked ${duration(snapshot.at, now) || '0 s'} ago${isOld(snapshot, monitored, now) ? ' :warning: *old*' : ''}`;
  if (snapshot.trouble !== '')
    return `${ANSWER_MARKS.unknown} ${head} · ${age}\n        ${line(snapshot.trouble, 200)}`;
  const bad = snapshot.results.filter(({ answer }) => answer !== 'pass').map(({ check }) => line(check, 50));
  const some =
    bad.length === 0
      ? ''
      : `\n        ${bad.slice(0, 6).join(', ')}${bad.length > 6 ? ` and ${bad.length - 6} more` : ''}`;
  return `${ANSWER_MARKS[gravestAnswer(snapshot.results.map(({ answer }) => answer))]} ${head} · ${checkSummary(snapshot.results)} · ${age}${some}`;
}

function runLine({ run, link }: LinkedRun): string {
  const name = link === '' ? code(run.runId) : `<${link}|${line(run.runId, 40)}>`;
  return `${statusLine(run)} · ${line(run.command, 100)} · ${name} · ${mention(run.person)} · ${time(run.requestedAt)}`;
}

function heading(text: string): KnownBlock {
  return { type: 'header', text: plain(text, 150) };
}

function part(title: string, lines: readonly string[], empty: string, blocksMax: number): KnownBlock[] {
  const sections: SectionBlock[] = lines.length === 0 ? [section(empty)] : lineSections(lines, blocksMax, 'line');
  return [heading(title), ...sections];
}

function button(action: keyof typeof HOME_ACTION_IDS, label: string): Button {
  return { type: 'button', action_id: HOME_ACTION_IDS[action], text: plain(label, 75), value: action };
}

function actions(): ActionsBlock {
  const labels = { deploy: 'Deploy …', failover: 'Failover …', silence: 'Silence …', refresh: 'Look again' } as const;
  const names = ['deploy', 'failover', 'silence', 'refresh'] as const;
  return { type: 'actions', elements: names.map((name) => button(name, labels[name])) };
}

/** One person's home tab. */
export function homeView({ now, modules, alerts, open, prompts, recent }: Home): HomeView {
  const waiting = prompts.map(runLine);
  return {
    type: 'home',
    callback_id: 'keybuzz_home',
    blocks: [
      actions(),
      ...(waiting.length === 0 ? [] : part(`${count(prompts.length, 'run')} waiting for you`, waiting, '', 3)),
      ...part(
        'Alerts',
        alerts.map((subject) => alertLine(subject)),
        ':white_check_mark: Nothing alerts.',
        4,
      ),
      ...part(
        'Modules',
        modules.map((row) => moduleLine(row, now)),
        'There are no modules.',
        6,
      ),
      ...part('Runs in progress', open.map(runLine), 'None.', 4),
      ...part('Recent changes', recent.map(runLine), 'None yet.', 4),
      context(`As of ${time(now)}. The tab follows for a while after you opened it.`),
    ],
  };
}
