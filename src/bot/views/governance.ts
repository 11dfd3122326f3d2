import type { Reply } from '../../commands/reply.ts';
import { code, context, fallback, line, lineSections, mention, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const DECISIONS = {
  allowed: ':white_check_mark: Allowed',
  approval: ':raised_hand: Allowed, after approval',
  waits: ':hourglass_flowing_sand: Allowed, and it would wait',
  refused: ':no_entry: Refused',
} as const;

/** Why somebody may do something now, or why not. */
export function explainedMessage({ person, command, explanation }: Of<'explained'>): Message {
  const { decision, sentence, fix, code: why } = explanation;
  const head = `*${DECISIONS[decision]}*: ${line(person.name, 80)}, ${code(command, 300)}`;
  const told = [line(sentence, 1500), ...(fix === '' ? [] : [line(fix, 900)])].join('\n');
  return {
    text: fallback([head, told]),
    blocks: [section(head), section(told), ...(why === '' ? [] : [context(code(why, 60))])],
  };
}

const told = (...lines: string[]): Message => ({ text: fallback(lines), blocks: [section(lines.join('\n'))] });

/** The freeze that holds now. */
export function frozenMessage({ freeze }: Of<'frozen'>): Message {
  const { person, at, reason } = freeze;
  const why = reason === '' ? '' : `: ${line(reason, 900)}`;
  return told(
    `:ice_cube: *Everything is frozen* by ${mention(person)}, ${time(at)}${why}`,
    `Nothing that changes anything begins; ${code('/keybuzz unfreeze')} lifts it.`,
  );
}

/** What was lifted, and which runs wait for somebody. */
export function unfrozenMessage({ interrupted }: Of<'unfrozen'>): Message {
  const runs = interrupted.slice(0, 20).map((run) => code(`/keybuzz resume ${run}`));
  const waiting = runs.length === 0 ? [] : [`Interrupted runs wait for you: ${runs.join(', ')}`];
  return told(':sunny: The freeze is lifted.', ...waiting);
}

/** Break-glass runs that nobody else has reviewed. */
export function reviewsMessage({ runs }: Of<'reviews'>): Message {
  if (runs.length === 0) return told('No break-glass run waits for a review.');
  const lines = runs.map(
    ({ runId, command, person, requestedAt, breakGlass }) =>
      `:rotating_light: ${code(runId)} ${line(command, 120)} by ${mention(person)}, ${time(requestedAt)}: ${line(breakGlass?.reason ?? '', 300)}`,
  );
  const how = `Somebody else who may approve it says ${code('/keybuzz review <run> [note]')} when it is over.`;
  return { text: fallback(lines), blocks: [...lineSections(lines, 5, 'run'), section(how)] };
}

/** A new secret, in an answer that its owner alone sees; the fallback text, which notifications show, is without it. */
export function totpSecretMessage({ uri, secret }: Of<'totp-enrol'>): Message {
  const lines = [
    ':key: Enter this secret in your authenticator app; nobody can show it to you again:',
    code(secret, 100),
    code(uri, 300),
    `Then, within 10 minutes: ${code('/keybuzz totp confirm <code>')}. Codes of before count until then.`,
  ];
  return { text: 'Your new secret for one-time codes', blocks: [section(lines.join('\n'))] };
}

/** That codes count now, or do not any more. */
export function totpMessage({ did, person }: Of<'totp'>): Message {
  if (did === 'confirm') return told(':key: Your one-time codes count now.');
  return told(`:key: The one-time codes of ${mention(person)} are forgotten.`);
}
