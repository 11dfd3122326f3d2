import { useState } from 'react';

/** The six things worth seeing first. */
const STEPS = [
  ['Ask', 'Type /keybuzz help in #ops. Then /keybuzz status redis: nothing is deployed yet, and every check says so.'],
  [
    'See the plan',
    'Type /keybuzz deploy redis. Every host is asked what would change; the prompt counts it and waits.',
  ],
  ['Try it alone', 'Click Approve as the operator who asked. It is refused: somebody else must agree.'],
  ['Approve', 'Act as Anne Approver (on the left) and click Approve. Open the thread and watch it fill.'],
  [
    'Break it',
    'Open "Make trouble", cut a host off, and deploy again: the run is interrupted, and Resume ends it well.',
  ],
  [
    'Be called',
    'Kill RabbitMQ on queue-02: nobody asks, yet #ops has one alert. Propose fix shows the plan that repairs it.',
  ],
] as const;

const SEEN_KEY = 'keybuzz-tour';

function isSeen(): boolean {
  return localStorage.getItem(SEEN_KEY) !== null;
}

/** Steps at the top of the page, to be followed or left out. */
export function Tour() {
  const [at, setAt] = useState(isSeen() ? STEPS.length : 0);
  const step = STEPS[at];
  const go = (to: number) => {
    if (to >= STEPS.length) localStorage.setItem(SEEN_KEY, 'yes');
    setAt(to);
  };
  if (step === undefined) {
    return (
      <button type="button" className="plain" onClick={() => go(0)}>
        Tour
      </button>
    );
  }
  const [title, text] = step;
  return (
    <aside className="tour" aria-label="Tour">
      <p>
        <strong>
          {at + 1}/{STEPS.length} {title}.
        </strong>{' '}
        {text}
      </p>
      <div>
        {at > 0 && (
          <button type="button" className="button" onClick={() => go(at - 1)}>
            Back
          </button>
        )}
        <button type="button" className="button primary" onClick={() => go(at + 1)}>
          {at + 1 === STEPS.length ? 'Done' : 'Next'}
        </button>
        {at + 1 < STEPS.length && (
          <button type="button" className="button" onClick={() => go(STEPS.length)}>
            Skip the tour
          </button>
        )}
      </div>
    </aside>
  );
}
