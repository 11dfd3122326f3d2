import { ApiFault, notFound, type Action, type World } from './model.ts';

/** Ends what is due, in the order of its ends: only then it has an effect. */
export function settle(world: World): void {
  const due = [...world.actions.values()].filter(
    ({ status, endsMs }) => status === 'running' && endsMs <= world.nowMs(),
  );
  for (const action of due.sort((a, b) => a.endsMs - b.endsMs || a.id - b.id)) {
    try {
      if (action.error === null) action.effect();
      action.status = action.error === null ? 'success' : 'error';
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      action.status = 'error';
      action.error = { code: error.code, message: error.message };
    }
  }
}

/** Throws 423 while an action is under way on it. */
export function demandUnlocked(world: World, type: string, id: number): void {
  const isBusy = [...world.actions.values()].some(
    ({ status, resources }) => status === 'running' && resources.some((one) => one.type === type && one.id === id),
  );
  if (isBusy) throw new ApiFault(423, 'locked', 'an action is running on this resource');
}

/** Begins an action on a resource that no other is under way on; `effect` comes when it ends. */
export function begin(world: World, command: string, on: { type: string; id: number }, effect: () => void): Action {
  demandUnlocked(world, on.type, on.id);
  const startedMs = world.nowMs();
  const action: Action = {
    id: world.takeId(),
    command,
    resources: [on],
    startedMs,
    endsMs: startedMs + world.actionMs,
    status: 'running',
    error: null,
    effect,
  };
  world.actions.set(action.id, action);
  return action;
}

/** An action as the API shows it. */
export function showAction(world: World, action: Action): object {
  const { id, command, resources, startedMs, endsMs, status, error } = action;
  const share = (world.nowMs() - startedMs) / Math.max(1, endsMs - startedMs);
  return {
    id,
    command,
    status,
    progress: status === 'running' ? Math.min(99, Math.floor(share * 100)) : 100,
    started: new Date(startedMs).toISOString(),
    finished: status === 'running' ? null : new Date(endsMs).toISOString(),
    resources,
    error: status === 'running' ? null : error,
  };
}

/** The action of that id. */
export function findAction(world: World, id: number): Action {
  const found = world.actions.get(id);
  if (found === undefined) throw notFound(`action with ID '${id}'`);
  return found;
}
