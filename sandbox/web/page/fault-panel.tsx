import { useWorkspace } from './workspace.ts';

/** Trouble to make, and what to look for. */
export function FaultPanel({ onClose }: { onClose: () => void }) {
  const { seen, act, tell } = useWorkspace();
  const groups = [...new Set(seen.faults.map(({ group }) => group))];
  const set = async (fault: string, on: boolean) => {
    const { error } = await act({ do: 'fault', fault, on });
    if (error !== undefined) tell(error);
  };
  return (
    <section className="pane faults" aria-label="Make trouble">
      <header className="pane-head">
        <h2>Make trouble</h2>
        <button type="button" className="plain" onClick={onClose} aria-label="Close the panel">
          ✕
        </button>
      </header>
      <div className="messages">
        {groups.map((group) => (
          <div key={group}>
            <h3>{group}</h3>
            {seen.faults
              .filter((fault) => fault.group === group)
              .map(({ id, label, hint, kind, isOn }) => (
                <div key={id} className="fault">
                  <button
                    type="button"
                    data-fault={id}
                    className={`button ${isOn ? 'danger' : ''}`}
                    aria-pressed={kind === 'switch' ? isOn : undefined}
                    onClick={() => void set(id, !isOn)}
                  >
                    {label}
                    {isOn && ': on'}
                  </button>
                  <p className="muted">{hint}</p>
                </div>
              ))}
          </div>
        ))}
      </div>
    </section>
  );
}
