export type { Observation } from './alert-rules.ts';
export {
  alarming,
  HOSTS_SUBJECT,
  MONITOR_SUBJECT,
  FREEZE_SUBJECT,
  POLICY_SUBJECT,
  severityOf,
  silenceAt,
  SUBJECT_SHAPE,
  type Alert,
  type AlertCheck,
  type AlertEvent,
  type Severity,
  type SubjectState,
} from './alert-state.ts';
export { alertmanagerWebhook, readAlertmanager, type ToldOutside } from './alertmanager.ts';
export type { Alerts, Told } from './alerts-face.ts';
export type { Monitored, Snapshot } from './snapshots.ts';
export type { Closer, ConsumeOptions, Decision, Engine, Interaction, LockInfo, StartRequest } from './engine.ts';
export type { Change, Diff, Ending, Gate, Origin, Outcome, Person, RunEvent, Trouble } from './events.ts';
export { isRedisSilent } from './redis.ts';
export { dueDay } from './digests.ts';
export type { Baseline, Digests, DigestTime } from './digests-face.ts';
export { openEngine, type EngineOptions } from './open-engine.ts';
export { startWorker, type StartedWorker, type WorkerSettings } from './start-worker.ts';
export type { ApprovalState, HostState, ProgressStatus, RunState, RunStatus, StepState } from './state.ts';
export type { AuditEntry } from './audit.ts';
export type { AuditFault, Verified } from './audit-verify.ts';
export { freezeSentence, standstillOf, type Freeze, type Standstill } from './freeze.ts';
export { openTracing, type Tracing } from './tracing.ts';
export { tellOnce, watchTold, type ToldWatch } from './watch-told.ts';
export { applyEvent, reduce } from './reduce.ts';
