export type { Closer, ConsumeOptions, Decision, Engine, Interaction, LockInfo, StartRequest } from './engine.ts';
export type { Change, Diff, Ending, Gate, Origin, Outcome, Person, RunEvent, Trouble } from './events.ts';
export { openEngine, type EngineOptions } from './open-engine.ts';
export { startWorker, type StartedWorker, type WorkerSettings } from './start-worker.ts';
export type { ApprovalState, HostState, ProgressStatus, RunState, RunStatus, StepState } from './state.ts';
export { applyEvent, reduce } from './reduce.ts';
