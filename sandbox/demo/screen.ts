import type { Message, SlackSandbox } from '../slack/index.ts';

/** Where the demo is shown; what Slack would show is indented, what the demo says itself is not. */
export interface Screen {
  say: (line: string) => void;
  heading: (text: string) => void;
  /** A message as a person would see it; replies of a thread stand further in. */
  show: (message: Message) => void;
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : by + line))
    .join('\n');
}

/** Draws on an output; `isColour` when a person looks at it. */
export function createScreen(slack: SlackSandbox, write: (text: string) => void, isColour: boolean): Screen {
  const bold = (text: string) => (isColour ? `\u001B[1m${text}\u001B[0m` : text);
  return {
    say: (line) => write(`${line}\n`),
    heading: (text) => write(`\n${bold(`── ${text}`)}\n`),
    show(message) {
      const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
      write(`${indent(slack.render(message, isColour), isReply ? '      │ ' : '  ')}\n`);
    },
  };
}
