import { Tour } from './tour.tsx';
import { useWorkspace } from './workspace.ts';

export interface TopProps {
  title: string;
  onMenu: () => void;
  /** Whether the panel with the trouble is shown. */
  hasFaults: boolean;
  onFaults: () => void;
  onTheme: () => void;
}

/** Where one is, what here is not real, and what belongs to the page alone. */
export function Top({ title, onMenu, hasFaults, onFaults, onTheme }: TopProps) {
  const { seen, theme } = useWorkspace();
  return (
    <header className="top">
      <button type="button" className="plain menu" aria-label="Channels and people" onClick={onMenu}>
        ☰
      </button>
      <h2>{title}</h2>
      <span className="label">{seen.label}</span>
      <Tour />
      <button type="button" className="plain" aria-pressed={hasFaults} onClick={onFaults}>
        Make trouble
      </button>
      <button type="button" className="plain" onClick={onTheme}>
        {theme === 'dark' ? 'Light' : 'Dark'}
      </button>
    </header>
  );
}
