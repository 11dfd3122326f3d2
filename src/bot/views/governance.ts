import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import { code, context, fallback, line, lineSections, mention, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const DECISION_EMOJI = {
  allowed: ':white_check_mark:',
  approval: ':raised_hand:',
  waits: ':hourglass_flowing_sand:',
  refused: ':no_entry:',
} as const;

/** Why somebody may do something now, or why not. */
export function explainedMessage({ person, command, explanation }: Of<'explained'>, say: Wording = english): Message {
  const { governance } = say;
  const { decision, sentence, fix, code: why } = explanation;
  const head = `*${DECISION_EMOJI[decision]} ${governance.decision[decision]}*: ${line(person.name, 80)}, ${code(command, 300)}`;
  const told = [line(sentence, 1500), ...(fix === '' ? [] : [line(fix, 900)])].join('\n');
  return {
    text: fallback([head, told], say),
    blocks: [section(head), section(told), ...(why === '' ? [] : [context(code(why, 60))])],
  };
}

const told = (say: Wording, ...lines: string[]): Message => ({
  text: fallback(lines, say),
  blocks: [section(lines.join('\n'))],
});

/** The freeze that holds now. */
export function frozenMessage({ freeze }: Of<'frozen'>, say: Wording = english): Message {
  const { person, at, reason } = freeze;
  const { governance } = say;
  return told(
    say,
    `:ice_cube: ${governance.frozen(mention(person), time(at), line(reason, 900))}`,
    governance.nothingBegins(code('/keybuzz unfreeze')),
  );
}

/** What was lifted, and which runs wait for somebody. */
export function unfrozenMessage({ interrupted }: Of<'unfrozen'>, say: Wording = english): Message {
  const runs = interrupted.slice(0, 20).map((run) => code(`/keybuzz resume ${run}`));
  const waiting = runs.length === 0 ? [] : [say.governance.interruptedWait(runs.join(', '))];
  return told(say, `:sunny: ${say.governance.unfrozen}`, ...waiting);
}

/** Break-glass runs that nobody else has reviewed. */
export function reviewsMessage({ runs }: Of<'reviews'>, say: Wording = english): Message {
  const { governance } = say;
  if (runs.length === 0) return told(say, governance.noReviews);
  const lines = runs.map(({ runId, command, person, requestedAt, breakGlass }) => {
    const by = governance.by(mention(person));
    return `:rotating_light: ${code(runId)} ${line(command, 120)} ${by}, ${time(requestedAt)}${say.colon}${line(breakGlass?.reason ?? '', 300)}`;
  });
  const how = governance.howToReview(code('/keybuzz review <run> [note]'));
  return { text: fallback(lines, say), blocks: [...lineSections(lines, 5, 'run', say), section(how)] };
}

/** A new secret, in an answer that its owner alone sees; the fallback text, which notifications show, is without it. */
export function totpSecretMessage({ uri, secret }: Of<'totp-enrol'>, { governance }: Wording = english): Message {
  const lines = [
    `:key: ${governance.secret}`,
    code(secret, 100),
    code(uri, 300),
    governance.secretThen(code('/keybuzz totp confirm <code>')),
  ];
  return { text: governance.secretTitle, blocks: [section(lines.join('\n'))] };
}

/** That codes count now, or do not any more. */
export function totpMessage({ did, person }: Of<'totp'>, say: Wording = english): Message {
  const { codesCount, codesForgotten } = say.governance;
  return told(say, `:key: ${did === 'confirm' ? codesCount : codesForgotten(mention(person))}`);
}
