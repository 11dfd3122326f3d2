import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';
import { CANARIES } from './rabbitmq-cluster.ts';

const ctl = (command: string): string => `rabbitmqctl -q ${command}`;
const evaluate = (erlang: string): string => ctl(`eval '${erlang}.' >/dev/null`);

/** Erlang for a quorum queue that the node of the host leads, with so many copies. */
const declared = (name: string, copies: number): string =>
  `rabbit_amqqueue:declare(rabbit_misc:r(<<"keybuzz">>, queue, <<"${name}">>), true, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}, {<<"x-quorum-initial-group-size">>, long, ${copies}}, {<<"x-queue-leader-locator">>, longstr, <<"client-local">>}], none, <<"keybuzz">>)`;

const deleted = (name: string): string =>
  `{ok, _} = rabbit_amqqueue:with(rabbit_misc:r(<<"keybuzz">>, queue, <<"${name}">>), fun(Q) -> rabbit_amqqueue:delete(Q, false, false, <<"keybuzz">>) end)`;

const LED = ['fault-1', 'fault-2', 'fault-3'];

/** The listener of AMQP alone, as Erlang's programs call it. */
const listener = (deed: 'suspend' | 'resume'): string =>
  evaluate(`[ok] = [ranch:${deed}_listener(Ref) || {acceptor, _, 5672} = Ref <- maps:keys(ranch:info())]`);

/** It is started again some times; gone is what stays so. */
const KILLED = `(fun Kill(0) -> gone; Kill(Left) -> timer:sleep(100), case rabbit_vhost_sup_sup:get_vhost_sup(<<"spare">>) of {ok, Sup} -> exit(Sup, kill), Kill(5); _ -> Kill(Left - 1) end end)(5)`;

/** Every node looks each half minute for virtual hosts that do not run, anywhere, and starts them. */
const reconciles = (does: boolean): string =>
  `rpc:multicall(rabbit_nodes:list_running(), application, set_env, [rabbit, vhost_process_reconciliation_enabled, ${does}])`;

/** All that a node itself must say, and what others see of it. */
const NOBODY_SAYS: InjectedFault['turns'] = {
  ...{ 'nodes-agree': 'fail', partitions: 'fail', 'in-service': 'fail', alarms: 'fail', 'virtual-hosts': 'fail' },
  ...{ 'quorum-critical': 'fail', 'queue-members': 'fail', 'leader-spread': 'fail', 'default-type': 'fail' },
  ...{ 'feature-flags': 'fail', entry: 'fail' },
};

/** A small file system in the place of the data, full to so many of its 100 blocks. */
const filled = (blocks: number): string =>
  `mount -t tmpfs -o size=400k tmpfs /opt/keybuzz/rabbitmq/data && dd if=/dev/zero of=/opt/keybuzz/rabbitmq/data/x bs=4k count=${blocks} status=none`;

/** A queue whose only copy the node of the host has. */
export const FEW = { make: evaluate(declared('fault-1', 1)), undo: evaluate(deleted('fault-1')) };

/** Each fault of a RabbitMQ as root makes it by hand on a host; `follower` leads no queue. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a node stopped', on: 'follower', turns: NOBODY_SAYS },
    make: 'systemctl stop rabbitmq-server',
    undo: 'systemctl start rabbitmq-server',
  },
  {
    // A node that runs would write into the small file system.
    ...{ title: 'a node stopped whose disk is full', on: 'follower', turns: { ...NOBODY_SAYS, disk: 'fail' } },
    make: `systemctl stop rabbitmq-server && ${filled(99)}`,
    undo: 'umount /opt/keybuzz/rabbitmq/data && systemctl start rabbitmq-server',
  },
  {
    ...{ title: 'a node that has stopped to listen for AMQP', on: 'queue-02' },
    make: listener('suspend'),
    undo: listener('resume'),
    turns: { 'in-service': 'fail', entry: 'fail' },
  },
  {
    ...{ title: 'a node out of memory', on: 'queue-02', turns: { alarms: 'fail' } },
    make: ctl('set_vm_memory_high_watermark 0.00001'),
    undo: ctl('set_vm_memory_high_watermark 0.4'),
  },
  {
    ...{ title: 'a virtual host that does not run on a node', on: 'queue-02', turns: { 'virtual-hosts': 'fail' } },
    make: `${ctl('add_vhost spare')} && ${evaluate(reconciles(false))} && ${evaluate(KILLED)}`,
    undo: `${evaluate(reconciles(true))} && ${ctl('delete_vhost spare')}`,
  },
  {
    ...{
      title: 'a queue with one copy',
      on: 'follower',
      turns: { 'quorum-critical': 'fail', 'queue-members': 'warn' },
    },
    ...FEW,
  },
  {
    ...{ title: 'most queues led by one node', on: 'follower', turns: { 'leader-spread': 'warn' } },
    make: evaluate(LED.map((name) => declared(name, 3)).join(', ')),
    undo: evaluate(LED.map(deleted).join(', ')),
  },
  {
    ...{ title: 'new queues that would be classic', on: 'queue-03', turns: { 'default-type': 'fail' } },
    make: ctl('update_vhost_metadata keybuzz --default-queue-type classic'),
    undo: ctl('update_vhost_metadata keybuzz --default-queue-type quorum'),
  },
  {
    ...{ title: 'a HAProxy stopped', on: 'haproxy-01', turns: { entry: 'fail' } },
    make: 'systemctl stop haproxy',
    undo: 'systemctl start haproxy',
  },
  {
    ...{ title: "another password of the applications' user", on: 'queue-03', turns: { entry: 'unknown' } },
    make: ctl('change_password keybuzz something-else'),
    undo: ctl(`change_password keybuzz ${CANARIES.APP_PASSWORD}`),
  },
];

const test = 'test/modules/rabbitmq/assess.test.ts';

export const FIXTURES: readonly Fixture[] = [
  { check: 'partitions', test, because: 'nodes take a minute to notice a cut' },
  { check: 'feature-flags', test, because: 'a flag that is on stays on' },
];
