import type { SeenFile, SeenMessage, SeenUser } from '../protocol.ts';
import { Blocks, Text } from './blocks.tsx';
import { timeOf, userOf, useWorkspace } from './workspace.ts';

export function Avatar({ user }: { user: SeenUser }) {
  const letters = user.realName
    .split(' ')
    .map((word) => word.slice(0, 1))
    .join('');
  return (
    <span className={`avatar ${user.isBot ? 'bot' : user.name}`} aria-hidden="true">
      {letters.slice(0, 2)}
    </span>
  );
}

function File({ file }: { file: SeenFile }) {
  return (
    <details className="file">
      <summary>
        {file.name} <span className="muted">{file.bytes.toLocaleString()} bytes</span>
      </summary>
      <pre>{file.text}</pre>
      {file.bytes > file.text.length && <p className="muted">Only its beginning is shown here.</p>}
    </details>
  );
}

export interface MessageProps {
  message: SeenMessage;
  replies?: readonly SeenMessage[];
  onThread?: () => void;
}

/** One message with its buttons, its files, and the way into its thread. */
export function MessageItem({ message, replies = [], onThread }: MessageProps) {
  const { seen, act, tell } = useWorkspace();
  const { channel, ts } = message;
  const user = userOf(seen, message.user);
  const touch = async (touched: { action: string; block: string }) => {
    const { error } = await act({ do: 'click', channel, ts, ...touched });
    if (error !== undefined) tell(error);
  };
  const use = async (callback: string) => {
    const { error } = await act({ do: 'shortcut', channel, ts, callback });
    if (error !== undefined) tell(error);
  };
  return (
    <article className={`message ${message.isEphemeral ? 'ephemeral' : ''}`} data-ts={ts} tabIndex={-1}>
      <Avatar user={user} />
      <div className="message-body">
        {message.isEphemeral && <p className="muted">Only visible to you</p>}
        <header>
          <strong>{user.realName}</strong> {user.isBot && <span className="tag">APP</span>}{' '}
          <time className="muted">{timeOf(ts)}</time> {message.isEdited && <span className="muted">(edited)</span>}
        </header>
        {message.blocks.length > 0 ? (
          <Blocks blocks={message.blocks} onTouch={(touched) => void touch(touched)} />
        ) : (
          <Text text={message.text} />
        )}
        {message.files.map((file) => (
          <File key={file.id} file={file} />
        ))}
        {onThread !== undefined && replies.length > 0 && (
          <button type="button" className="thread-link" onClick={onThread}>
            {replies.length === 1 ? '1 reply' : `${replies.length} replies`}
            <span className="muted"> last at {timeOf(replies.at(-1)?.ts ?? ts)}</span>
          </button>
        )}
      </div>
      {!message.isEphemeral && (
        <div className="tools">
          {onThread !== undefined && (
            <button type="button" onClick={onThread} aria-label="Reply in thread" title="Reply in thread">
              💬
            </button>
          )}
          {seen.shortcuts.map(({ id, name }) => (
            <button key={id} type="button" onClick={() => void use(id)} aria-label={name} title={name}>
              ⚡
            </button>
          ))}
        </div>
      )}
    </article>
  );
}
