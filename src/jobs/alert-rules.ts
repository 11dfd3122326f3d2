import type { Answer } from '../modules/contract.ts';
import type { z } from 'zod';
import type { Severity, Watch } from './alert-state.ts';

/** One answer to one question. */
export interface Observation {
  key: string;
  answer: z.infer<typeof Answer>;
  value: string;
  text: string;
  severity: Severity;
}

/** When answers become an alarm: `bad` of the newest `of`; it is over after `bad` good ones in a row. */
export interface AlarmRule {
  bad: number;
  of: number;
  /** Answers come again and again, so that one can tell when it has become steady. */
  isRepeated: boolean;
  /** The same answer again within so many ms is no further one: several ask about the same thing. */
  apartMs: number;
}

/** Three of five: one lost answer alarms nobody, and one good answer in between hides nothing. */
export const CHECK_RULE: AlarmRule = { bad: 3, of: 5, isRepeated: true, apartMs: 0 };
/** Who tells us only what is certain is believed at once. */
export const TOLD_RULE: AlarmRule = { bad: 1, of: 1, isRepeated: false, apartMs: 0 };

/** As many answers are remembered. */
const RECENT = 20;
/** It flaps when it turned so often in the remembered answers: two troubles that each were over, and a bit. */
const FLAPS_FROM = 4;
/** And is steady again when it turned at most so often. */
const STEADY_TO = 1;

/** Longest evidence that is kept of an answer. */
const TEXT_CHARS_MAX = 300;
const VALUE_CHARS_MAX = 80;

/** `unknown` is never ok; a warning is for those who look, not for those who are called. */
export function isBad({ answer }: Pick<Observation, 'answer'>): boolean {
  return answer === 'fail' || answer === 'unknown';
}

function turnsIn(recent: string): number {
  return Array.from(recent).filter((bit, at) => at > 0 && bit !== recent[at - 1]).length;
}

function isAlarm(was: Watch | undefined, recent: string, isFlapping: boolean, rule: AlarmRule): boolean {
  if (isFlapping) return true;
  if (was?.isAlarming === true) return recent.slice(-rule.bad).includes('1') || recent.length < rule.bad;
  return Array.from(recent.slice(-rule.of)).filter((bit) => bit === '1').length >= rule.bad;
}

/** What an observation tells, cut to what is kept. */
function told(observation: Observation) {
  const { answer, severity } = observation;
  const value = observation.value.slice(0, VALUE_CHARS_MAX);
  return { answer, severity, value, text: observation.text.slice(0, TEXT_CHARS_MAX) };
}

/** True when another one has just said the same. */
function isEcho(was: Watch, bad: boolean, at: string, { apartMs }: AlarmRule): boolean {
  const isSame = was.recent.at(-1) === (bad ? '1' : '0');
  return isSame && Date.parse(at) - Date.parse(was.countedAt) < apartMs;
}

/** The watch after one more answer that counts. */
export function counted(was: Watch | undefined, observation: Observation, at: string, rule: AlarmRule): Watch {
  const bad = isBad(observation);
  if (was !== undefined && isEcho(was, bad, at, rule)) return { ...was, ...told(observation) };
  const recent = `${was?.recent ?? ''}${bad ? '1' : '0'}`.slice(-RECENT);
  const turns = turnsIn(recent);
  const isFlapping = rule.isRepeated && (was?.isFlapping === true ? turns > STEADY_TO : turns >= FLAPS_FROM);
  const since = was !== undefined && isBad(was) === bad ? was.since : at;
  return {
    ...told(observation),
    recent,
    countedAt: at,
    since,
    heldBy: '',
    isFlapping,
    isAlarming: isAlarm(was, recent, isFlapping, rule),
  };
}

/** The watch after a bad answer that is only noted: a silent host explains it (`heldBy`), or somebody is at work there. */
export function noted(was: Watch | undefined, observation: Observation, at: string, heldBy: string): Watch {
  const since = was !== undefined && isBad(was) ? was.since : at;
  const before = was ?? { recent: '', countedAt: '', isAlarming: false, isFlapping: false };
  return {
    ...told(observation),
    since,
    heldBy,
    // What led up to it is explained by the same silence: afterwards it is counted from the beginning.
    recent: heldBy === '' ? before.recent : '',
    countedAt: before.countedAt,
    isAlarming: before.isAlarming,
    isFlapping: before.isFlapping,
  };
}
