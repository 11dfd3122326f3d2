import { useEffect, useLayoutEffect, useRef } from 'react';
import type { SeenChannel } from '../protocol.ts';
import { Composer } from './composer.tsx';
import { MessageItem } from './message.tsx';
import { useWorkspace } from './workspace.ts';

/** Keeps the newest in view, unless the reader scrolled up. */
function useEnd() {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const follow = () => {
    if (isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  // Before the browser tells where a list stands that has just become longer or narrower: we would take it for the reader's wish.
  useLayoutEffect(follow);
  useEffect(() => {
    if (list.current === null) return;
    const resizes = new ResizeObserver(follow);
    resizes.observe(list.current);
    return () => resizes.disconnect();
  }, []);
  const onScroll = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = list.current ?? {};
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 80;
  };
  return { ref: list, onScroll };
}

/** A channel: its messages, and below them where one writes. */
export function Channel({ channel, onThread }: { channel: SeenChannel; onThread: (ts: string) => void }) {
  const { seen } = useWorkspace();
  const messages = seen.messages[channel.id] ?? [];
  const shown = messages.filter((message) => message.threadTs === undefined || message.isBroadcast);
  const place = channel.isDirect ? channel.name : `#${channel.name}`;
  return (
    <section className="pane" aria-label={place}>
      <div className="messages" role="log" aria-live="polite" {...useEnd()}>
        {shown.length === 0 && (
          <p className="empty">
            Nothing was said in {place} yet. Type <code>/keybuzz help</code> below.
          </p>
        )}
        {shown.map((message) => (
          <MessageItem
            key={message.ts}
            message={message}
            replies={messages.filter(({ threadTs }) => threadTs === message.ts)}
            onThread={() => onThread(message.threadTs ?? message.ts)}
          />
        ))}
      </div>
      <Composer channel={channel.id} place={place} />
    </section>
  );
}

/** A thread beside its channel. */
export function Thread({ channel, ts, onClose }: { channel: SeenChannel; ts: string; onClose: () => void }) {
  const { seen } = useWorkspace();
  const messages = (seen.messages[channel.id] ?? []).filter((one) => one.ts === ts || one.threadTs === ts);
  return (
    <section className="pane thread" aria-label="Thread">
      <header className="pane-head">
        <h2>
          Thread <span className="muted">{channel.isDirect ? channel.name : `#${channel.name}`}</span>
        </h2>
        <button type="button" className="plain" onClick={onClose} aria-label="Close the thread">
          ✕
        </button>
      </header>
      <div className="messages" role="log" aria-live="polite" {...useEnd()}>
        {messages.map((message) => (
          <MessageItem key={message.ts} message={message} />
        ))}
      </div>
      <Composer channel={channel.id} thread={ts} place="the thread" />
    </section>
  );
}
