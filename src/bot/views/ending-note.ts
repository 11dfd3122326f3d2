import { aftermath } from '../../commands/aftermath.ts';
import { hasCompensation, unmet } from '../../commands/outcome.ts';
import { english, type Wording } from '../../language/index.ts';
import type { RunState } from '../../jobs/index.ts';
import { statusLine } from './marks.ts';
import { checkMatrix } from './checks.ts';
import { resultSections, resultsShort } from './results.ts';
import { sentenceSections } from './sentences.ts';
import { code, duration, fallback, line, mention, section, type Message } from './text.ts';

/** The last note of a run: an edit of the root notifies nobody, this does, by naming who asked. */
export function endingNote(state: RunState, say: Wording = english): Message {
  const took = duration(state.requestedAt, state.endedAt);
  const reason = state.ending?.reason ?? '';
  const refused = unmet(state);
  const text = [
    `${statusLine(state, say)}${took && ` ${say.run.took(took)}`}${say.colon}${say.notes.over(mention(state.person), code(state.command, 200))}`,
    refused === undefined && state.ending?.ending !== 'cancelled' ? line(say.retold(reason), 1000) : '',
  ].filter((each) => each !== '');
  const blocks = [
    section(text.join('\n')),
    ...(refused === undefined ? [] : [section(say.run.notFit(line(say.titled(refused.title), 120)))]),
    ...checkMatrix(refused?.results ?? [], 1, say),
    ...resultSections(state, say),
    ...sentenceSections(aftermath(state, say), say),
  ];
  return { text: fallback([...text, resultsShort(state, say)], say), blocks };
}

/** An interrupted run needs its people at once. */
export function interruptionNote(state: RunState, say: Wording = english): Message {
  const { reason = '', fix = '' } = state.interruption ?? {};
  const only = hasCompensation(state.plan) ? say.notes.onlyMends : '';
  const text = [
    `${statusLine(state, say)}. ${mention(state.person)}${say.colon}${line(say.retold(reason), 1000)}`,
    fix === '' ? '' : `${say.errors.toDo} ${line(say.retold(fix), 500)}`,
    `${say.notes.thenPress(code(`/keybuzz resume ${state.runId}`))}${only}`,
  ].filter((each) => each !== '');
  return {
    text: fallback(text, say),
    blocks: [section(text.join('\n')), ...sentenceSections(aftermath(state, say), say)],
  };
}
