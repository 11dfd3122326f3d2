import { createInterface } from 'node:readline/promises';
import type { Message } from '../slack/index.ts';
import { hasButton, runMessages } from './play.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';

const HELP = [
  'Now you: type /keybuzz help, /keybuzz deploy redis, /keybuzz runs ...',
  '  as <name>   be operator, approver, approver2 or viewer',
  '  approve     click Approve on the newest prompt',
  '  reset       make the simulated hosts forget what was deployed',
  '  quit        end the demo and remove everything',
].join('\n');

/** An edited report is drawn again at most so often. */
const REDRAW_MS = 1_000;

/** Hands on whatever appears in #ops from now on; the function stops it. */
function mirror(slack: Stage['slack'], show: (message: Message) => void): () => void {
  let redraw: NodeJS.Timeout | undefined;
  const stops = [
    slack.on('message', show),
    slack.on('ephemeral', show),
    slack.on('update', ({ ts }) => {
      redraw ??= setTimeout(() => {
        redraw = undefined;
        const message = runMessages(slack).find((one) => one.ts === ts);
        if (message !== undefined) show(message);
      }, REDRAW_MS);
    }),
  ];
  return () => {
    clearTimeout(redraw);
    for (const stop of stops) stop();
  };
}

/** Does what was typed, as the person who is played; gives the person to play next. */
async function act({ slack, hosts }: Stage, who: string, line: string): Promise<string> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  if (word === 'as') return slack.person(rest[0] ?? '').name;
  if (word === 'approve') {
    const prompt = runMessages(slack).findLast((message) => hasButton(message, 'keybuzz_approve'));
    if (prompt === undefined) throw new Error('Nothing waits for approval.');
    await slack.person(who).click(prompt, 'keybuzz_approve');
  } else if (word === 'reset') {
    hosts.forget?.();
  } else if (word.startsWith('/')) {
    await slack.person(who).command('#ops', word, rest.join(' '));
  } else if (word !== '') {
    throw new Error(HELP);
  }
  return who;
}

/** Lets the person at the terminal play on until they quit, the input ends or the signal aborts. */
export async function runPrompt(stage: Stage, screen: Screen, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const stop = mirror(stage.slack, (message) => {
    // The line being typed is drawn again below what appears above it.
    process.stdout.write('\r');
    screen.show(message);
    lines.prompt(true);
  });
  signal.addEventListener('abort', () => lines.close());
  lines.on('SIGINT', () => lines.close());
  let who = 'operator';
  screen.say(`\n${HELP}\n`);
  const ask = () => {
    lines.setPrompt(`${who}> `);
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    if (['quit', 'exit'].includes(line.trim())) break;
    try {
      who = await act(stage, who, line);
    } catch (error) {
      screen.say(error instanceof Error ? error.message : String(error));
    }
    ask();
  }
  stop();
  lines.close();
}
