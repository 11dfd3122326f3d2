import { useEffect, useState, type MouseEvent } from 'react';
import type { Seen } from '../protocol.ts';
import { Channel, Thread } from './channel.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { Home } from './home.tsx';
import { useLive } from './live.ts';
import { Modal } from './modal.tsx';
import { HOME, Sidebar } from './sidebar.tsx';
import { Top } from './top.tsx';
import { WorkspaceContext, type Theme } from './workspace.ts';

const THEME_KEY = 'keybuzz-theme';

function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem(THEME_KEY);
    if (kept === 'light' || kept === 'dark') return kept;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  });
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem(THEME_KEY, next);
    setTheme(next);
  };
  return [theme, toggle];
}

/** Channels in which something came while another one was shown. */
function useUnread(seen: Seen | undefined, place: string): ReadonlySet<string> {
  const [read, setRead] = useState<Record<string, string>>({});
  const newest = Object.fromEntries(
    Object.entries(seen?.messages ?? {}).map(([channel, messages]) => [channel, messages.at(-1)?.ts ?? '']),
  );
  const here = newest[place] ?? '';
  useEffect(() => setRead((old) => ({ ...old, [place]: here })), [place, here]);
  return new Set(Object.keys(newest).filter((id) => id !== place && newest[id] !== (read[id] ?? '')));
}

/** Where a link of the workspace leads: its channel, and the message's ts. */
function messageAt(link: string): { channel: string; ts: string } | undefined {
  const [, channel, seconds, part] = /\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(link) ?? [];
  return channel === undefined ? undefined : { channel, ts: `${seconds}.${part}` };
}

/** Brings a message into view once it is drawn. */
function useLinked(): (ts: string) => void {
  const [linked, setLinked] = useState<string>();
  useEffect(() => {
    if (linked === undefined) return;
    document.querySelector<HTMLElement>(`[data-ts="${linked}"]`)?.focus();
    setLinked(undefined);
  }, [linked]);
  return setLinked;
}

/** The whole page. */
export function App() {
  const { seen, isConnected, act } = useLive();
  const [theme, toggleTheme] = useTheme();
  const [wanted, setPlace] = useState<string>();
  const [thread, setThread] = useState<string>();
  const [hasFaults, setFaults] = useState(false);
  const [hasMenu, setMenu] = useState(false);
  const [told, setTold] = useState('');
  const show = useLinked();
  const place = wanted ?? seen?.channels[0]?.id ?? HOME;
  const unread = useUnread(seen, place);
  if (seen === undefined) return <p className="empty">Connecting to the demo …</p>;
  const channel = seen.channels.find(({ id }) => id === place);
  const modal = seen.modals.at(-1);
  const title =
    place === HOME ? 'KeyBuzz home' : channel?.isDirect === true ? channel.name : `# ${channel?.name ?? ''}`;
  const go = (to: string) => {
    setPlace(to);
    setThread(undefined);
    setMenu(false);
  };
  const follow = (event: MouseEvent) => {
    const link = (event.target as Element).closest('a')?.href ?? '';
    const message = messageAt(link);
    if (message === undefined) return;
    event.preventDefault();
    go(message.channel);
    show(message.ts);
  };
  const hasSide = thread !== undefined || hasFaults;
  return (
    <WorkspaceContext value={{ seen, act, theme, tell: setTold }}>
      <div className={`page ${hasMenu ? 'with-menu' : ''} ${hasSide ? 'with-side' : ''}`} onClickCapture={follow}>
        <Top
          title={title}
          onMenu={() => setMenu(!hasMenu)}
          hasFaults={hasFaults}
          onFaults={() => setFaults(!hasFaults)}
          onTheme={toggleTheme}
        />
        <Sidebar place={place} onPlace={go} unread={unread} />
        <main>
          {!isConnected && <p className="banner">The demo does not answer. Does it still run in your terminal?</p>}
          {told !== '' && (
            <p className="banner" role="alert">
              {told}
              <button type="button" className="plain" aria-label="Dismiss" onClick={() => setTold('')}>
                ✕
              </button>
            </p>
          )}
          {channel === undefined ? <Home /> : <Channel channel={channel} onThread={setThread} />}
        </main>
        {hasFaults && <FaultPanel onClose={() => setFaults(false)} />}
        {!hasFaults && channel !== undefined && thread !== undefined && (
          <Thread channel={channel} ts={thread} onClose={() => setThread(undefined)} />
        )}
        {modal !== undefined && <Modal key={modal.id} view={modal} />}
      </div>
    </WorkspaceContext>
  );
}
