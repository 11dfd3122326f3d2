import { quote, quoteAll } from './quote.ts';
import { directoryNameOf, unitNameOf, type Fence, type RunKey } from './target.ts';

/** On the host, root's alone: one directory per piece of detached work. */
export const RUNS_DIRECTORY = '/var/lib/keybuzz/runs';

/** On the host, in memory: where secrets lie between the launcher and the unit. */
export const HANDOVER_DIRECTORY = '/run/keybuzz';

/** Shell variables that our own scripts are given for a key; `nonce` marks their answers. */
export function buildKeyVariables(key: RunKey, nonce: string): string {
  const directory = `${RUNS_DIRECTORY}/${directoryNameOf(key)}`;
  return `DIR=${quote(directory)}\nUNIT=${quote(unitNameOf(key))}\nNONCE=${quote(nonce)}\n`;
}

/** The launcher's fence arguments: lock and number in turn. */
export function buildFenceArguments(fences: readonly Fence[]): string[] {
  return fences.flatMap(({ lock, number }) => [lock, String(number)]);
}

/**
 * The text a unit runs, in its three moments. `begin` decides alone whether this start is the one (an atomic mkdir);
 * `run` takes the secrets in and away before the script's first word; `end` writes down how it ended, once.
 */
export function buildWork(key: RunKey, args: readonly string[], hasSecrets: boolean): string {
  const name = directoryNameOf(key);
  const directory = `${RUNS_DIRECTORY}/${name}`;
  const secrets = `${HANDOVER_DIRECTORY}/${name}`;
  const takeSecrets = `
    if [ -L ${secrets} ] || [ ! -O ${secrets} ] || ! . ${secrets} || ! rm -f -- ${secrets}; then
      echo '::fact reason The secrets for this script did not arrive on the host.'
      echo '::fact fix Run the step again.'
      exit 69
    fi`;
  return `# Written by KeyBuzz: what the unit of one piece of work runs, in its three moments.
case "$1" in
  begin)
    umask 077
    mkdir -- ${directory}/started 2>/dev/null && sync -- ${directory}
    ;;
  run)
    export KEYBUZZ_MODE=apply
    set -- ${quoteAll(args)}${hasSecrets ? takeSecrets : ''}
    . ${directory}/script
    ;;
  end)
    umask 077
    rm -f -- ${secrets}
    [ "$SERVICE_RESULT" != exec-condition ] || exit 0
    system=$(timeout 5 systemctl is-system-running 2>/dev/null)
    printf '%s %s %s %s\\n' "$SERVICE_RESULT" "\${EXIT_CODE:-none}" "\${EXIT_STATUS:-none}" "\${system:-none}" \\
      >${directory}/result.$$ && sync -- ${directory}/result.$$ &&
      ln --no-target-directory -- ${directory}/result.$$ ${directory}/result
    rm -f -- ${directory}/result.$$
    sync -- ${directory}
    ;;
esac
`;
}
