import type { ActionsBlock, Button, HomeView, KnownBlock, SectionBlock } from '@slack/types';
import { gravestAnswer } from '../../commands/outcome.ts';
import { isOld } from '../../commands/snapshot-age.ts';
import { english, type Phrase, type Wording } from '../../language/index.ts';
import type { Monitored, RunState, Snapshot, SubjectState } from '../../jobs/index.ts';
import { alertLine } from './alert-replies.ts';
import { checkSummary } from './checks.ts';
import { answerMark, statusLine } from './marks.ts';
import { code, context, duration, line, lineSections, mention, plain, section, time } from './text.ts';

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
  /** Those whose state they may read. */
  modules: ModuleRow[];
  /** Undefined: they may not read them; so with runs. */
  alerts: SubjectState[] | undefined;
  /** Runs in progress. */
  open: LinkedRun[] | undefined;
  /** Of them those that wait for this person's decision. */
  prompts: LinkedRun[];
  /** The newest runs that changed something. */
  recent: LinkedRun[] | undefined;
  /** For somebody whom the policy does not know: how they come into it. */
  howToBeMapped?: Phrase | undefined;
}

function moduleLine({ name, title, monitored, snapshot }: ModuleRow, now: string, say: Wording): string {
  const { home } = say;
  const head = `*${line(say.titled(title), 80)}* ${code(name, 40)}`;
  if (monitored === undefined) return `:white_circle: ${head} · ${home.notMonitored}`;
  if (snapshot === undefined) return `:hourglass: ${head} · ${home.notAsked}`;
  const old = isOld(snapshot, monitored, now) ? ` :warning: ${home.old}` : '';
  const age = `${home.asked(duration(snapshot.at, now) || '0 s')}${old}`;
  if (snapshot.trouble !== '')
    return `${answerMark('unknown', say)} ${head} · ${age}\n        ${line(say.retold(snapshot.trouble), 200)}`;
  const bad = snapshot.results.filter(({ answer }) => answer !== 'pass').map(({ check }) => line(check, 50));
  const some = bad.length === 0 ? '' : `\n        ${say.andMore(bad.slice(0, 6).join(', '), bad.length - 6)}`;
  const worst = gravestAnswer(snapshot.results.map(({ answer }) => answer));
  return `${answerMark(worst, say)} ${head} · ${checkSummary(snapshot.results, say)} · ${age}${some}`;
}

function runLine({ run, link }: LinkedRun, say: Wording): string {
  const name = link === '' ? code(run.runId) : `<${link}|${line(run.runId, 40)}>`;
  return `${statusLine(run, say)} · ${line(run.command, 100)} · ${name} · ${mention(run.person)} · ${time(run.requestedAt)}`;
}

function heading(text: string): KnownBlock {
  return { type: 'header', text: plain(text, 150) };
}

interface Part {
  title: string;
  lines: readonly string[];
  /** Said when there are none. */
  empty: string;
  blocksMax: number;
}

function part({ title, lines, empty, blocksMax }: Part, say: Wording): KnownBlock[] {
  const sections: SectionBlock[] = lines.length === 0 ? [section(empty)] : lineSections(lines, blocksMax, 'line', say);
  return [heading(title), ...sections];
}

function button(action: keyof typeof HOME_ACTION_IDS, label: string): Button {
  return { type: 'button', action_id: HOME_ACTION_IDS[action], text: plain(label, 75), value: action };
}

function actions({ home }: Wording): ActionsBlock {
  const names = ['deploy', 'failover', 'silence', 'refresh'] as const;
  return { type: 'actions', elements: names.map((name) => button(name, home.buttons[name])) };
}

/** What of the platform the person may read, part by part. */
function readableParts({ now, modules, alerts, open, recent }: Home, say: Wording): KnownBlock[] {
  const { home } = say;
  const rows = modules.map((row) => moduleLine(row, now, say));
  const lines = (runs: readonly LinkedRun[]) => runs.map((run) => runLine(run, say));
  const alerting = alerts?.map((subject) => alertLine(subject, say));
  const quiet = `:white_check_mark: ${say.alerts.nothing}`;
  const parts: (Part | undefined)[] = [
    alerting && { title: home.alerts, lines: alerting, empty: quiet, blocksMax: 4 },
    rows.length === 0 ? undefined : { title: home.modules, lines: rows, empty: '', blocksMax: 6 },
    open && { title: home.open, lines: lines(open), empty: home.none, blocksMax: 4 },
    recent && { title: home.recent, lines: lines(recent), empty: home.noneYet, blocksMax: 4 },
  ];
  return parts.flatMap((one) => (one === undefined ? [] : part(one, say)));
}

/** One person's home tab: nothing of what they could not ask for. */
export function homeView(given: Home, say: Wording = english): HomeView {
  const { now, prompts, howToBeMapped } = given;
  const { home } = say;
  const lines = prompts.map((run) => runLine(run, say));
  const waiting = { title: home.waitingForYou(prompts.length), lines, empty: '', blocksMax: 3 };
  const shown = readableParts(given, say);
  const nothing = [home.notForYou, howToBeMapped?.(say) ?? ''].join(' ').trim();
  return {
    type: 'home',
    callback_id: 'keybuzz_home',
    blocks: [
      actions(say),
      ...(prompts.length === 0 ? [] : part(waiting, say)),
      ...(shown.length === 0 ? [section(nothing)] : shown),
      context(home.asOf(time(now))),
    ],
  };
}
