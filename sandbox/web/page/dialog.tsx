import { useEffect, useRef, type ReactNode } from 'react';

/** A dialog that keeps the focus and closes on Escape, as the browser's own does. */
export function Dialog({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown?.open === false) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}

export interface ConfirmSpec {
  title: string;
  text: string;
  yes: string;
  no: string;
  isDanger: boolean;
}

/** "Are you sure?", as a button's `confirm` asks it. */
export function Confirm({ spec, onAnswer }: { spec: ConfirmSpec; onAnswer: (yes: boolean) => void }) {
  const { title, text, yes, no, isDanger } = spec;
  return (
    <Dialog label={title} onClose={() => onAnswer(false)}>
      <h2>{title}</h2>
      <p>{text}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => onAnswer(false)}>
          {no}
        </button>
        <button
          type="button"
          className={`button ${isDanger ? 'danger' : 'primary'}`}
          autoFocus
          onClick={() => onAnswer(true)}
        >
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
