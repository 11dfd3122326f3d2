import { HOSTS_SUBJECT, type SubjectState } from '../jobs/alert-state.ts';
import { handleDigest } from './gather-digest.ts';
import type { Command } from './grammar.ts';
import type { Reply } from './reply.ts';
import { authorise, type Turn } from './turn.ts';
import { secondsUntil } from './until.ts';

export type AlertCommand = Extract<Command, { verb: 'alerts' | 'ack' | 'silence' | 'unsilence' | 'digest' }>;

/** What acting on an alert is to the policy's rules: work on its module, or, where it has none, on all of them. */
export function wishOnAlert(turn: Turn, verb: string, alert: string) {
  const subject = alert.replace(/-\d+$/, '');
  const module = turn.modules.find(({ name }) => name === alert || name === subject);
  const targets = module?.hosts(turn.inventory).map(({ name }) => name) ?? [];
  return { verb, module: module?.name ?? '', targets };
}

/** Lists alerts, gives the digest, or lets somebody acknowledge, silence or unsilence one. */
export async function handleAlerts(turn: Turn, command: AlertCommand): Promise<Reply> {
  if (command.verb === 'digest') return handleDigest(turn);
  const { alerts } = turn.engine;
  if (command.verb === 'alerts') {
    await authorise(turn, { verb: 'alerts', module: undefined, targets: [] }, ({ policy }) => policy.doing.alerts);
    const [open, snapshots, monitored] = await Promise.all([alerts.open(), alerts.snapshots(), alerts.monitored()]);
    const asked = monitored.map(({ module }) => ({
      module,
      at: snapshots.find((one) => one.module === module)?.at ?? '',
    }));
    return { kind: 'alerts', subjects: open, asked };
  }
  const { alert } = command;
  const { interaction } = turn.caller;
  const { person } = await authorise(turn, wishOnAlert(turn, command.verb, alert), `${command.verb} ${alert}`);
  const tell = (subject: SubjectState): Reply => ({ kind: 'alert', did: command.verb, subject });
  if (command.verb !== 'silence') {
    const verb = command.verb === 'ack' ? 'acknowledge' : 'unsilence';
    return tell(await alerts[verb](alert, { person, interaction }));
  }
  const seconds = secondsUntil(command.until, turn.engine.nowMs());
  const mayBeQuiet = [...turn.modules.map(({ name }) => name), HOSTS_SUBJECT].includes(alert);
  return tell(await alerts.silence(alert, { person, interaction, seconds, reason: command.reason, mayBeQuiet }));
}
