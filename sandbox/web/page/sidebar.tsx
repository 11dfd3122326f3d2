import { LOCALE_NAMES, LOCALES } from '../locales.ts';
import { Avatar } from './message.tsx';
import { userOf, useWorkspace } from './workspace.ts';

/** What the middle of the page shows: a channel by id, or the app's home tab. */
export type Place = string;
export const HOME = 'home';

export interface SidebarProps {
  place: Place;
  onPlace: (place: Place) => void;
  /** Channels with something new in them. */
  unread: ReadonlySet<string>;
}

/** Whom one acts as chooses the language of their Slack, as in its preferences. */
function LanguageChoice() {
  const { seen, act } = useWorkspace();
  return (
    <label className="language">
      Language of {userOf(seen, seen.me).realName}
      <select
        value={userOf(seen, seen.me).locale}
        onChange={({ target }) => {
          const locale = LOCALES.find((one) => one === target.value);
          if (locale !== undefined) void act({ do: 'set-locale', locale });
        }}
      >
        {LOCALES.map((locale) => (
          <option key={locale} value={locale}>
            {LOCALE_NAMES[locale]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Channels, the app, and whom one acts as. */
export function Sidebar({ place, onPlace, unread }: SidebarProps) {
  const { seen, act } = useWorkspace();
  const people = seen.users.filter(({ isBot }) => !isBot);
  const entry = (id: Place, label: string) => (
    <li key={id}>
      <button
        type="button"
        aria-current={place === id ? 'page' : undefined}
        className={unread.has(id) ? 'unread' : ''}
        onClick={() => onPlace(id)}
      >
        {label}
      </button>
    </li>
  );
  return (
    <nav className="sidebar" aria-label="Workspace">
      <h1>{seen.team}</h1>
      <h2>Channels</h2>
      <ul>{seen.channels.filter(({ isDirect }) => !isDirect).map(({ id, name }) => entry(id, `# ${name}`))}</ul>
      <h2>Apps</h2>
      <ul>
        {seen.channels.filter(({ isDirect }) => isDirect).map(({ id, name }) => entry(id, name))}
        {entry(HOME, 'KeyBuzz home')}
      </ul>
      <h2>Act as</h2>
      <ul role="radiogroup" aria-label="Act as">
        {people.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              role="radio"
              aria-checked={user.id === seen.me}
              onClick={() => void act({ do: 'become', person: user.id })}
            >
              <Avatar user={user} />
              <span>
                {user.realName}
                <small>{user.name}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <LanguageChoice />
      <p className={`sockets ${seen.connections > 0 ? '' : 'off'}`}>
        {seen.connections === 0
          ? 'The bot is not connected'
          : `The bot holds ${seen.connections} ${seen.connections === 1 ? 'socket' : 'sockets'}`}
      </p>
    </nav>
  );
}
