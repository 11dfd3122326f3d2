import { CommandError, RefusedError } from '../errors.ts';
import { TOLD_RULE } from './alert-rules.ts';
import type { SubjectState } from './alert-state.ts';
import { openAlertStore, type AlertStore } from './alert-store.ts';
import type { Alerts } from './alerts-face.ts';
import { openHeeded, overtaken } from './heeded.ts';
import type { LogStore } from './log.ts';
import type { Queues } from './queues.ts';
import { readMonitored, readSnapshots } from './snapshots.ts';

function nothingOpen(name: string): CommandError {
  return new CommandError((say) => say.decisions.noAlert(name), {
    code: 'KEYBUZZ_ALERT_UNKNOWN',
    fix: (say) => say.decisions.alertsShows,
  });
}

/** The subject that a person means: by its name, or by the id of the alert that is open there now. */
async function find(store: AlertStore, name: string): Promise<SubjectState> {
  const exact = await store.subject(name);
  if (exact.opened > 0 || exact.silence !== undefined) return exact;
  const [, subject] = /^(.+)-\d+$/.exec(name) ?? [];
  const found = subject === undefined ? undefined : await store.subject(subject);
  if (found === undefined || found.opened === 0) return exact;
  if (found.alert?.id === name) return found;
  throw new CommandError((say) => say.decisions.alertOver(name), {
    code: 'KEYBUZZ_ALERT_OVER',
    fix: (say) => (found.alert === undefined ? say.decisions.alertsShows : say.decisions.alertNow(found.alert.id)),
  });
}

type Verbs = Pick<Alerts, 'acknowledge' | 'silence' | 'unsilence' | 'tick' | 'tell' | 'forget'>;

function verbs(store: AlertStore, logs: LogStore): Verbs {
  const { clock } = logs;
  const heeded = openHeeded(logs);
  const now = () => new Date(clock.nowMs()).toISOString();
  return {
    async tell(subject, { observations, isWhole }) {
      const observed = { type: 'observed' as const, at: now(), observations, isWhole, rule: TOLD_RULE };
      await store.apply(subject, { ...observed, silent: [], mute: '' });
    },
    async forget(subject, { keys, why }) {
      await store.apply(subject, { type: 'forget', at: now(), keys, why });
    },
    async acknowledge(name, { person, interaction }) {
      const { subject } = await heeded.refusing(interaction, async () => {
        const found = await find(store, name);
        if (found.alert === undefined) throw nothingOpen(name);
        return found;
      });
      const { state } = await store.apply(subject, { type: 'acknowledge', at: now(), person }, interaction);
      // An acknowledgement ends when something joins the alert: that nobody has seen yet.
      if (state.alert !== undefined && state.alert.acknowledged === undefined) throw overtaken();
      return state;
    },
    async silence(name, { person, seconds, reason, mayBeQuiet, interaction }) {
      const { subject } = await heeded.refusing(interaction, async () => {
        const found = await find(store, name);
        if (!mayBeQuiet && found.opened === 0 && found.silence === undefined) throw nothingOpen(name);
        return found;
      });
      const until = new Date(clock.nowMs() + seconds * 1000).toISOString();
      const { state } = await store.apply(subject, { type: 'silence', at: now(), person, until, reason }, interaction);
      if (state.silence === undefined) throw overtaken();
      return state;
    },
    async unsilence(name, { person, interaction }) {
      const found = await find(store, name);
      if (found.silence === undefined) {
        if (await heeded.isKnown(interaction)) return found;
        await heeded.note(interaction);
        throw new RefusedError((say) => say.decisions.notSilenced(name), {
          code: 'KEYBUZZ_NOT_SILENCED',
          fix: (say) => say.decisions.alertsShowsSilent,
        });
      }
      const { state } = await store.apply(found.subject, { type: 'unsilence', at: now(), person }, interaction);
      if (state.silence !== undefined) throw overtaken();
      return state;
    },
    async tick(escalateAfterMs) {
      await clock.sync();
      for (const { subject, alert, silence } of await store.subjects()) {
        if (alert !== undefined || silence !== undefined) {
          await store.apply(subject, { type: 'tick', at: now(), escalateAfterMs });
        }
      }
    },
  };
}

/** Wakes a bot for an alert; a missed wake-up is only a delay. */
function waking(queues: Queues, warn: (what: string, error: unknown) => void) {
  return (id: string) => {
    queues.reportAlert(id).catch((error: unknown) => warn('alert wake-up', error));
  };
}

/** The store of a process that writes alerts. */
export function openAlerts(store: LogStore, queues: Queues, warn: (what: string, error: unknown) => void): AlertStore {
  return openAlertStore(store, waking(queues, warn));
}

/** For whoever only tells: a worker of its policy.yaml. */
export function tellingOf(store: LogStore, alerts: AlertStore): Pick<Alerts, 'subject' | 'tell' | 'forget'> {
  const { tell, forget } = verbs(alerts, store);
  return { subject: (name) => alerts.subject(name), tell, forget };
}

/** The engine's part for alerts. */
export function alertsOf(store: LogStore, alerts: AlertStore, consume: Alerts['consume']): Alerts {
  return {
    async open() {
      const all = await alerts.subjects();
      const since = ({ alert }: SubjectState) => alert?.openedAt ?? '~';
      const shown = all.filter(({ alert, silence }) => alert !== undefined || silence !== undefined);
      return shown.sort((a, b) => since(a).localeCompare(since(b)));
    },
    subject: (name) => alerts.subject(name),
    alert: (id) => alerts.alert(id),
    events: (limit) => alerts.events(limit),
    ...verbs(alerts, store),
    snapshots: () => readSnapshots(store),
    monitored: () => readMonitored(store),
    consume,
    posts: alerts.posts,
  };
}
