import { useEffect, useRef, useState } from 'react';
import { useWorkspace } from './workspace.ts';

/** The commands whose name begins with what was typed; none once a blank follows. */
function offered(text: string, commands: readonly { command: string }[]): number[] {
  if (!text.startsWith('/') || /\s/.test(text)) return [];
  return commands.flatMap(({ command }, at) => (command.startsWith(text) ? [at] : []));
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, Tab takes the command that is offered, Up the last line. */
export function Composer({ channel, thread, place }: { channel: string; thread?: string; place: string }) {
  const { seen, act, tell } = useWorkspace();
  const [text, setText] = useState('');
  const last = useRef('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), [channel, thread]);
  const offers = offered(text, seen.commands).flatMap((at) => seen.commands[at] ?? []);
  const take = (command: string) => {
    setText(`${command} `);
    field.current?.focus();
  };
  const send = async () => {
    if (text.trim() === '') return;
    last.current = text;
    setText('');
    const { error } = await act({ do: 'write', channel, text, ...(thread === undefined ? {} : { thread }) });
    if (error !== undefined) tell(error);
  };
  return (
    <div className="composer">
      {offers.length > 0 && (
        <ul className="offers" role="listbox" aria-label="Commands">
          {offers.map(({ command, description, hint }) => (
            <li key={command} role="option" aria-selected="true">
              <button type="button" onClick={() => take(command)}>
                <strong>{command}</strong> <span className="muted">{hint}</span>
                <span className="muted">{description}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        rows={Math.min(6, text.split('\n').length)}
        value={text}
        aria-label={`Message ${place}`}
        placeholder={thread === undefined ? `Message ${place}, or type /keybuzz` : 'Reply, or mention @keybuzz'}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          const [offer] = offers;
          const isHalf = offer !== undefined && text !== offer.command;
          if (offer !== undefined && (event.key === 'Tab' || (event.key === 'Enter' && isHalf))) {
            event.preventDefault();
            take(offer.command);
          } else if (event.key === 'ArrowUp' && text === '') {
            event.preventDefault();
            setText(last.current);
          } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void send();
          }
        }}
      />
      <button type="button" className="button primary" disabled={text.trim() === ''} onClick={() => void send()}>
        Send
      </button>
    </div>
  );
}
