import { useEffect, useState } from 'react';
import type { Seen } from '../protocol.ts';
import { Blocks } from './blocks.tsx';
import { Channel, Thread } from './channel.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { useLive } from './live.ts';
import { Modal } from './modal.tsx';
import { HOME, Sidebar } from './sidebar.tsx';
import { Tour } from './tour.tsx';
import { useWorkspace, WorkspaceContext, type Theme } from './workspace.ts';

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

function Home() {
  const { seen, act } = useWorkspace();
  useEffect(() => void act({ do: 'open-home' }), [act, seen.me]);
  const { home } = seen;
  return (
    <section className="pane" aria-label="KeyBuzz home">
      <div className="messages">
        {home === null ? (
          <p className="empty">The app has put nothing on its home tab yet. Ask it in #ops.</p>
        ) : (
          <Blocks
            blocks={home.blocks}
            onTouch={({ action, block }) => void act({ do: 'click-view', view: home.id, action, block, values: {} })}
          />
        )}
      </div>
    </section>
  );
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
  return (
    <WorkspaceContext value={{ seen, act, theme, tell: setTold }}>
      <div className={`page ${hasMenu ? 'with-menu' : ''} ${thread !== undefined || hasFaults ? 'with-side' : ''}`}>
        <header className="top">
          <button
            type="button"
            className="plain menu"
            aria-label="Channels and people"
            onClick={() => setMenu(!hasMenu)}
          >
            ☰
          </button>
          <h2>{title}</h2>
          <span className="label">{seen.label}</span>
          <Tour />
          <button type="button" className="plain" aria-pressed={hasFaults} onClick={() => setFaults(!hasFaults)}>
            Make trouble
          </button>
          <button type="button" className="plain" onClick={toggleTheme}>
            {theme === 'dark' ? 'Light' : 'Dark'}
          </button>
        </header>
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
