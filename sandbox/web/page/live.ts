import { useCallback, useEffect, useRef, useState } from 'react';
import type { Act, Push, Seen } from '../protocol.ts';

/** What came of an act. `error` is a sentence for people. */
export interface Answer {
  error?: string;
  fields?: Record<string, string>;
}

export type Do = (act: Act) => Promise<Answer>;

/** The workspace as this page's person sees it, and the hands to act in it. */
export interface Live {
  seen: Seen | undefined;
  isConnected: boolean;
  act: Do;
}

const RETRY_MS = 1_000;

/** Keeps a WebSocket to the page's own server; after it broke, another one as the same person. */
export function useLive(): Live {
  const [seen, setSeen] = useState<Seen>();
  const [isConnected, setConnected] = useState(false);
  const socket = useRef<WebSocket>(undefined);
  const waiting = useRef(new Map<number, (answer: Answer) => void>());
  const next = useRef(1);
  const person = useRef<string>(undefined);

  const act = useCallback<Do>((what) => {
    const open = socket.current;
    if (what.do === 'become') person.current = what.person;
    if (open?.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ error: 'The demo does not answer. Does it still run in your terminal?' });
    }
    const id = next.current++;
    return new Promise((resolve) => {
      waiting.current.set(id, resolve);
      open.send(JSON.stringify({ id, act: what }));
    });
  }, []);

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      const made = new WebSocket(`ws://${location.host}/`);
      socket.current = made;
      made.onopen = () => {
        setConnected(true);
        if (person.current !== undefined) void act({ do: 'become', person: person.current });
      };
      made.onmessage = (event) => {
        const push = JSON.parse(String(event.data)) as Push;
        if (push.type === 'seen') {
          setSeen(push.seen);
          return;
        }
        waiting.current.get(push.id)?.(push);
        waiting.current.delete(push.id);
      };
      made.onclose = () => {
        setConnected(false);
        for (const resolve of waiting.current.values()) resolve({ error: 'The demo ended before it answered.' });
        waiting.current.clear();
        if (!isOver) timer = setTimeout(open, RETRY_MS);
      };
    };
    open();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket.current?.close();
    };
  }, [act]);
  return { seen, isConnected, act };
}
