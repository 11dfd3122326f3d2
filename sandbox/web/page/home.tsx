import { useEffect } from 'react';
import { Blocks } from './blocks.tsx';
import { useWorkspace } from './workspace.ts';

/** The app's home tab as this person sees it. */
export function Home() {
  const { seen, act, tell } = useWorkspace();
  useEffect(() => void act({ do: 'open-home' }), [act, seen.me]);
  const { home } = seen;
  const touch = async (view: string, touched: { action: string; block: string }) => {
    const { error } = await act({ do: 'click-view', view, ...touched, values: {} });
    if (error !== undefined) tell(error);
  };
  return (
    <section className="pane" aria-label="KeyBuzz home">
      <div className="messages">
        {home === null ? (
          <p className="empty">The app has put nothing on its home tab yet. Ask it in #ops.</p>
        ) : (
          <div className="home">
            <Blocks blocks={home.blocks} onTouch={(touched) => void touch(home.id, touched)} />
          </div>
        )}
      </div>
    </section>
  );
}
