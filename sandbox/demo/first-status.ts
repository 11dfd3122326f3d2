import type { SlackSandbox } from '../slack/index.ts';
import { groupMemoryBytes } from './memory.ts';
import { isOver, runMessages } from './play.ts';

/** "420 MB in all processes"; empty where the system does not say. */
export function memorySentence(): string {
  const bytes = groupMemoryBytes();
  return bytes === 0 ? '' : ` All of its processes hold ${Math.round(bytes / 1e6)} MB of memory.`;
}

/** Says once how long it took to the first answered status, from the start of this process, and what it holds then. */
export function tellFirstStatus(slack: SlackSandbox, say: (line: string) => void): () => void {
  const stop = slack.on('update', (message) => {
    if (!message.text.startsWith('*status ') || !isOver(message)) return;
    if (!runMessages(slack).some(({ ts }) => ts === message.ts)) return;
    stop();
    const seconds = (performance.now() / 1000).toFixed(1);
    say(`The first status was answered ${seconds} s after the demo's start.${memorySentence()}`);
  });
  return stop;
}
