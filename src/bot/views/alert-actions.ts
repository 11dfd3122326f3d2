import type { ActionsBlock, Button } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { findModule } from '../../modules/index.ts';
import type { AlertView } from './alert-view.ts';
import { plain } from './text.ts';

/** The buttons' names on the wire; each but `silenceUntil` is the same as typing its command. */
export const ALERT_ACTION_IDS = {
  ack: 'keybuzz_alert_ack',
  silence: 'keybuzz_alert_silence',
  silenceUntil: 'keybuzz_alert_silence_until',
  unsilence: 'keybuzz_alert_unsilence',
  status: 'keybuzz_alert_status',
  deploy: 'keybuzz_alert_deploy',
} as const;
export type AlertAction = keyof typeof ALERT_ACTION_IDS;

function button(action: AlertAction, value: string, { alerts }: Wording, style?: 'primary'): Button {
  return {
    type: 'button',
    action_id: ALERT_ACTION_IDS[action],
    text: plain(alerts.buttons[action], 75),
    value,
    ...(style === undefined ? {} : { style }),
  };
}

/** The command that a button of an alert stands for; `value` is an alert's id or a module's name. */
export function alertCommand(action: Exclude<AlertAction, 'silenceUntil'>, value: string): string {
  return action === 'silence' ? `silence ${value} 1h` : `${action} ${value}`;
}

/** The buttons that make sense now; none of them is authority: the command they stand for is authorised when it runs. */
export function alertActions({ alert, subject }: AlertView, say: Wording = english): ActionsBlock[] {
  const module = findModule(alert.subject);
  const status = module === undefined ? [] : [button('status', module.name, say)];
  if (alert.resolvedAt !== undefined) return status.length === 0 ? [] : [{ type: 'actions', elements: status }];
  const silence =
    subject.silence === undefined
      ? [button('silence', alert.id, say), button('silenceUntil', alert.id, say)]
      : [button('unsilence', alert.id, say)];
  const elements = [
    ...(alert.acknowledged === undefined ? [button('ack', alert.id, say, 'primary')] : []),
    ...silence,
    ...status,
    ...(module?.verbs.includes('deploy') === true ? [button('deploy', module.name, say)] : []),
  ];
  return [{ type: 'actions', elements }];
}
