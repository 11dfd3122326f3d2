import { aftermath } from '../../commands/aftermath.ts';
import { hasCompensation, unmet } from '../../commands/outcome.ts';
import type { RunState } from '../../jobs/index.ts';
import { statusLine } from './marks.ts';
import { checkMatrix } from './checks.ts';
import { resultSections, resultsShort } from './results.ts';
import { sentenceSections } from './sentences.ts';
import { code, duration, fallback, line, mention, section, type Message } from './text.ts';

/** The last note of a run: an edit of the root notifies nobody, this does, by naming who asked. */
export function endingNote(state: RunState): Message {
  const took = duration(state.requestedAt, state.endedAt);
  const reason = state.ending?.reason ?? '';
  const refused = unmet(state);
  const text = [
    `${statusLine(state)}${took && ` in ${took}`}: ${mention(state.person)}, your ${code(state.command, 200)} is over.`,
    refused === undefined && state.ending?.ending !== 'cancelled' ? line(reason, 1000) : '',
  ].filter((each) => each !== '');
  const blocks = [
    section(text.join('\n')),
    ...(refused === undefined ? [] : [section(`Not fit for it (${line(refused.title, 120)}):`)]),
    ...checkMatrix(refused?.results ?? [], 1),
    ...resultSections(state),
    ...sentenceSections(aftermath(state)),
  ];
  return { text: fallback([...text, resultsShort(state)]), blocks };
}

/** An interrupted run needs its people at once. */
export function interruptionNote(state: RunState): Message {
  const { reason = '', fix = '' } = state.interruption ?? {};
  const only = hasCompensation(state.plan) ? ' Resuming only tries to put right again.' : '';
  const text = [
    `${statusLine(state)}. ${mention(state.person)}: ${line(reason, 1000)}`,
    fix === '' ? '' : `*To do:* ${line(fix, 500)}`,
    `Then press Resume or Abandon above, or type ${code(`/keybuzz resume ${state.runId}`)}.${only}`,
  ].filter((each) => each !== '');
  return { text: fallback(text), blocks: [section(text.join('\n')), ...sentenceSections(aftermath(state))] };
}
