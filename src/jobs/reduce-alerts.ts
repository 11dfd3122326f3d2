import { counted, isBad, noted, type AlarmRule, type Observation } from './alert-rules.ts';
import { silenceAt, type Alert, type AlertEvent, type SubjectState, type Watch } from './alert-state.ts';
import type { Person } from './events.ts';

/** What can happen to a subject; `at` is ISO 8601, UTC. */
export type AlertInput =
  | {
      type: 'observed';
      at: string;
      observations: readonly Observation[];
      /** These are all questions there are: what is not among them is no longer asked. */
      isWhole: boolean;
      rule: AlarmRule;
      /** Hosts of the subject that said nothing. */
      silent: readonly string[];
      /** Why bad answers do not count; empty when they do. */
      mute: string;
    }
  | { type: 'acknowledge'; at: string; person: Person }
  | { type: 'silence'; at: string; person: Person; until: string; reason: string }
  | { type: 'unsilence'; at: string; person: Person }
  /** Nobody asks these questions any more, and why: a sentence. */
  | { type: 'forget'; at: string; keys: readonly string[]; why: string }
  /** Time has passed. */
  | { type: 'tick'; at: string; escalateAfterMs: number };

type Observed = Extract<AlertInput, { type: 'observed' }>;

/** What came of it. */
export interface Reduced {
  state: SubjectState;
  events: AlertEvent[];
  /** The alert that looks different now: the open one, or the one that was just resolved. */
  changed: Alert | undefined;
}

interface Draft {
  /** When it happens. */
  at: string;
  state: SubjectState;
  events: AlertEvent[];
  changed: Alert | undefined;
  /** The answers come again and again, each with other evidence. */
  isRepeated: boolean;
}

function tell(draft: Draft, type: AlertEvent['type'], what: string, text = ''): void {
  const { at } = draft;
  const { subject, alert } = draft.state;
  draft.events.push({ type, at, subject, alert: alert?.id ?? '', what, text });
}

function setAlert(draft: Draft, alert: Alert): void {
  draft.state = { ...draft.state, alert };
  draft.changed = alert;
}

/** True once people were called who did not acknowledge it; what joins then calls them again. */
function isEscalated({ escalatedAt, alarmedAt }: Alert): boolean {
  return (escalatedAt.at(-1) ?? '') >= alarmedAt;
}

/** Something alarms that did not: it opens an alert, or joins the one that is open. */
function join(draft: Draft, key: string, watch: Watch): void {
  const { state, at } = draft;
  const { answer, value, text, severity, since, isFlapping } = watch;
  const check = { answer, value, text, severity, since, isFlapping, turns: state.alert?.checks[key]?.turns ?? 0 };
  if (state.alert === undefined) {
    const opened = state.opened + 1;
    const isSilenced = silenceAt(state, Date.parse(at)) !== undefined;
    draft.state = { ...state, opened };
    setAlert(draft, {
      ...{ id: `${state.subject}-${opened}`, subject: state.subject, openedAt: at, alarmedAt: at },
      ...{ voided: [], escalatedAt: [], wasSilenced: isSilenced, checks: { [key]: check } },
    });
    tell(draft, 'opened', key, text);
    return;
  }
  const { acknowledged, ...open } = state.alert;
  const voided = acknowledged === undefined ? [] : [{ person: acknowledged.person, at, check: key }];
  // What nobody has looked at yet goes on waiting for them: a trouble that spreads must not put off its escalation.
  const isAnew = acknowledged !== undefined || isEscalated(state.alert);
  setAlert(draft, {
    ...open,
    alarmedAt: isAnew ? at : open.alarmedAt,
    voided: [...open.voided, ...voided],
    checks: { ...open.checks, [key]: check },
  });
  tell(draft, 'joined', key, text);
  if (acknowledged !== undefined) tell(draft, 'voided', acknowledged.person.name, key);
}

/** What an alert tells of a watch that was in it before. */
function follow(draft: Draft, key: string, was: Watch, watch: Watch): void {
  const { at } = draft;
  const { alert } = draft.state;
  const known = alert?.checks[key];
  if (alert === undefined || known === undefined) return;
  const { answer, value, text, severity, since, isFlapping } = watch;
  const turned = isBad(was) !== isBad(watch) ? 1 : 0;
  const left = watch.isAlarming ? {} : { resolvedAt: at };
  const check = { answer, value, text, severity, since, isFlapping, turns: known.turns + turned, ...left };
  // Evidence of what is asked again and again differs each time; what is told once is worth an edit.
  const isReworded = !draft.isRepeated && was.text !== text;
  const isTold =
    turned > 0 || was.answer !== answer || was.isFlapping !== isFlapping || !watch.isAlarming || isReworded;
  const next = { ...alert, checks: { ...alert.checks, [key]: check } };
  if (isTold) setAlert(draft, next);
  else draft.state = { ...draft.state, alert: next };
  if (was.isFlapping !== isFlapping) tell(draft, isFlapping ? 'flapping' : 'steady', key, text);
  if (!watch.isAlarming) tell(draft, 'left', key, text);
}

function setWatch(draft: Draft, key: string, watch: Watch): void {
  const was = draft.state.watches[key];
  draft.state = { ...draft.state, watches: { ...draft.state.watches, [key]: watch } };
  if (was !== undefined && was.answer !== watch.answer) tell(draft, 'turned', key, `${was.answer} ${watch.answer}`);
  if (watch.isAlarming && was?.isAlarming !== true) join(draft, key, watch);
  else if (was?.isAlarming === true) follow(draft, key, was, watch);
}

/** Nothing alarms any more: the alert is over, and the next alarm opens another one. */
function resolve(draft: Draft): void {
  const { alert, ...state } = draft.state;
  if (alert === undefined || Object.values(state.watches).some(({ isAlarming }) => isAlarming)) return;
  tell(draft, 'resolved', '');
  draft.changed = { ...alert, resolvedAt: draft.at };
  draft.state = state;
}

/**
 * The silent host that explains a bad answer: it fell silent when the answer turned bad or shortly before. What turns bad
 * or worse later, while the host is known to be down, is a trouble of its own.
 */
function explains(state: SubjectState, was: Watch | undefined, { answer }: Observation, rule: AlarmRule): string {
  if (was?.isAlarming === true) return '';
  const isWorse = was?.answer === 'unknown' && answer === 'fail';
  if (was !== undefined && was.heldBy in state.silent && !isWorse) return was.heldBy;
  return Object.entries(state.silent).find(([, answers]) => answers <= rule.bad)?.[0] ?? '';
}

function observe(draft: Draft, input: Observed): void {
  const { at, observations, rule, mute } = input;
  const { state } = draft;
  const silent = Object.fromEntries(input.silent.map((host) => [host, (state.silent[host] ?? 0) + 1]));
  draft.state = { ...state, silent, mute };
  if (state.mute === '' && mute !== '') tell(draft, 'muted', mute);
  if (state.mute !== '' && mute === '') tell(draft, 'unmuted', state.mute);
  if (state.mute !== mute && draft.state.alert !== undefined) draft.changed = draft.state.alert;
  for (const observation of observations) {
    const was = draft.state.watches[observation.key];
    const bad = isBad(observation);
    const heldBy = bad ? explains(draft.state, was, observation, rule) : '';
    const isOnlyNoted = heldBy !== '' || (bad && mute !== '');
    const watch = isOnlyNoted ? noted(was, observation, at, heldBy) : counted(was, observation, at, rule);
    setWatch(draft, observation.key, watch);
  }
  const asked = new Set(observations.map(({ key }) => key));
  if (input.isWhole) forget(draft, (key) => !asked.has(key), '');
  resolve(draft);
}

/** Questions that nobody asks any more leave the alert. */
function forget(draft: Draft, isGone: (key: string) => boolean, why: string): void {
  for (const [key, watch] of Object.entries(draft.state.watches)) {
    if (!isGone(key)) continue;
    const text = why === '' ? watch.text : why;
    if (watch.isAlarming) setWatch(draft, key, { ...watch, text, isAlarming: false, isFlapping: false });
    const left = Object.entries(draft.state.watches).filter(([other]) => other !== key);
    draft.state = { ...draft.state, watches: Object.fromEntries(left) };
  }
}

/** Nobody tells of a subject without questions either who is silent there, or that the work there has ended. */
function leaveQuestions(draft: Draft, { keys, why }: Extract<AlertInput, { type: 'forget' }>): void {
  forget(draft, (key) => keys.includes(key), why);
  resolve(draft);
  const { mute, watches } = draft.state;
  if (Object.keys(watches).length > 0) return;
  if (mute !== '') tell(draft, 'unmuted', mute);
  draft.state = { ...draft.state, silent: {}, mute: '' };
}

function endSilence(draft: Draft, who: string): void {
  const { silence, ...state } = draft.state;
  if (silence === undefined) return;
  draft.state = state;
  tell(draft, 'unsilenced', who);
  if (state.alert !== undefined) setAlert(draft, { ...state.alert, alarmedAt: draft.at });
}

function tick(draft: Draft, escalateAfterMs: number): void {
  const { at } = draft;
  const { silence } = draft.state;
  const nowMs = Date.parse(at);
  if (silence !== undefined && Date.parse(silence.until) <= nowMs) endSilence(draft, 'its time');
  const { alert } = draft.state;
  if (alert === undefined || alert.acknowledged !== undefined || draft.state.silence !== undefined) return;
  if (isEscalated(alert) || nowMs - Date.parse(alert.alarmedAt) < escalateAfterMs) return;
  setAlert(draft, { ...alert, escalatedAt: [...alert.escalatedAt, at] });
  tell(draft, 'escalated', '');
}

function decide(draft: Draft, input: Exclude<AlertInput, Observed>): void {
  const { state } = draft;
  switch (input.type) {
    case 'acknowledge':
      if (state.alert === undefined || state.alert.acknowledged !== undefined) return;
      setAlert(draft, { ...state.alert, acknowledged: { person: input.person, at: input.at } });
      tell(draft, 'acknowledged', input.person.name);
      return;
    case 'silence': {
      const { at, person, until, reason } = input;
      draft.state = { ...state, silence: { at, person, until, reason } };
      if (state.alert !== undefined) setAlert(draft, { ...state.alert, wasSilenced: true });
      tell(draft, 'silenced', person.name, `until ${until} ${reason}`.trim());
      return;
    }
    case 'unsilence':
      endSilence(draft, input.person.name);
      return;
    case 'forget':
      leaveQuestions(draft, input);
      return;
    case 'tick':
      tick(draft, input.escalateAfterMs);
  }
}

/** What a subject becomes by an input: pure, so the same inputs always make the same alerts. */
export function reduceAlerts(state: SubjectState, input: AlertInput): Reduced {
  const isRepeated = input.type === 'observed' && input.rule.isRepeated;
  const draft: Draft = { at: input.at, state, events: [], changed: undefined, isRepeated };
  if (input.type === 'observed') observe(draft, input);
  else decide(draft, input);
  const { events, changed } = draft;
  const { alert } = draft.state;
  // What follows a change may still have added evidence to it.
  return { state: draft.state, events, changed: changed?.id === alert?.id ? changed && alert : changed };
}
