"""Stands in for K3s on test hosts, which have neither containers nor a way out to fetch images. It is not K3s.

What is real: an etcd (Debian's) of one member a server, joined as a learner and promoted; an API over HTTPS with a CA of the
cluster's own and client certificates; servers and agents that join over the wire by their tokens; nodes, Deployments,
DaemonSets, Services, Ingresses and the rest as objects in that etcd; heartbeats, by which nodes become Ready and not; the
kubectl verbs that the modules k3s and apps use.
What is played: containers. A pod is Ready a moment after its node sees it; the ingress
controller is a listener on the node's ports 80, 443 and 10254 that answers for the pods behind a host name. There is no pod
network, no scheduler beyond "the node with fewest pods", no admission, no RBAC, no disruption budget, no upgrade.
Faults: not-ready, no-pod-network and no-images in /etc/k3s-stand-in, looked at again and again.
"""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main(arguments):
    verb = arguments[0] if arguments else ""
    if verb == "--version":
        from pki import VERSION

        print(f"k3s version {VERSION} (stand-in)")
    elif verb == "kubectl":
        import kubectl

        sys.exit(kubectl.main(arguments[1:]))
    elif verb == "etcd-snapshot" and arguments[1:2] == ["save"]:
        import server

        server.snapshot(arguments)
    elif verb == "server":
        import server

        server.run()
    elif verb == "agent":
        import agent

        agent.run()
    else:
        sys.exit(f"k3s-stand-in: unknown: {' '.join(arguments)}")


main(sys.argv[1:])
