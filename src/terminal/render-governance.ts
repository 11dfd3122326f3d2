import type { Reply } from '../commands/index.ts';
import { freezeSentence } from '../jobs/index.ts';
import { escapeControl, formatTable, formatTime, type Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const DECISIONS = {
  allowed: 'Allowed',
  approval: 'Allowed, after approval',
  waits: 'Allowed, and it would wait',
  refused: 'Refused',
} as const;

/** Why somebody may do something now, or why not. */
export function renderExplained({ person, command, explanation }: Of<'explained'>): string[] {
  const { decision, sentence, fix } = explanation;
  const head = `${DECISIONS[decision]}: ${person.name}, ${command}`;
  return [head, sentence, ...(fix === '' ? [] : [fix])].map(escapeControl);
}

/** The freeze that holds now. */
export function renderFrozen({ freeze }: Of<'frozen'>): string[] {
  return [escapeControl(freezeSentence(freeze)), 'Nothing that changes anything begins; keybuzz unfreeze lifts it.'];
}

/** What was lifted, and which runs wait for somebody. */
export function renderUnfrozen({ interrupted }: Of<'unfrozen'>): string[] {
  return ['The freeze is lifted.', ...interrupted.map((run) => `Interrupted: keybuzz resume ${run}`)];
}

/** Break-glass runs that nobody else has reviewed. */
export function renderReviews({ runs }: Of<'reviews'>, style: Style): string[] {
  if (runs.length === 0) return ['No break-glass run waits for a review.'];
  const rows = runs.map(({ runId, command, person, requestedAt, breakGlass }) =>
    [runId, command, person.name, formatTime(requestedAt, style.timeZone), breakGlass?.reason ?? ''].map(escapeControl),
  );
  const how = 'Somebody else who may approve it types, when it is over: keybuzz review <run> [note]';
  return [...formatTable([['RUN', 'COMMAND', 'ASKED BY', 'AT', 'REASON'], ...rows], style), how];
}

/** A new secret, for whoever sits at the terminal. */
export function renderTotpSecret({ uri, secret }: Of<'totp-enrol'>): string[] {
  return [
    'Enter this secret in your authenticator app; nobody can show it to you again:',
    `  ${secret}`,
    `  ${uri}`,
    'Then, within 10 minutes: keybuzz totp confirm <code>. Codes of before count until then.',
  ].map(escapeControl);
}

/** That codes count now, or do not any more. */
export function renderTotp({ did, person }: Of<'totp'>): string[] {
  const text =
    did === 'confirm' ? 'Your one-time codes count now.' : `The one-time codes of ${person.name} are forgotten.`;
  return [escapeControl(text)];
}
