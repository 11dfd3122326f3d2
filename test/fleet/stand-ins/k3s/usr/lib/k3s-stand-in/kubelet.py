"""What every node does: tells that it is there, and plays the pods that are its own."""
import http.server, json, os, socket, ssl, subprocess, threading, time
import pki

FAULTS = "/etc/k3s-stand-in"
HEARTBEAT_SECONDS = 1
STARTING_SECONDS = 0.5


def condition(kind, status, reason, message=""):
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastHeartbeatTime": pki.now()}


class Ingress(http.server.BaseHTTPRequestHandler):
    """Answers for the pods behind a host name, as they would."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0]
        routes = self.server.kubelet.routes
        status = 200 if self.path == "/healthz" else 404 if host not in routes else 200 if routes[host] else 503
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Kubelet:
    def __init__(self, found, servers, files, is_voter, memory=None):
        self.found, self.name, self.ip = found, found["node-name"], found["node-ip"]
        self.servers, self.files, self.is_voter, self.memory = servers, files, is_voter, memory
        self.context = pki.client_context(*files)
        self.seen, self.since, self.routes, self.listeners = {}, {}, {}, []

    def api(self, method, path, body=None, kind="application/json"):
        """Asks the servers one after the other, from the one that answered last."""
        for server in list(self.servers):
            try:
                status, text = pki.ask(server, method, path, json.dumps(body) if body else None, self.context, {"Content-Type": kind}, 3)
            except OSError:
                continue
            if status >= 500:
                continue
            self.servers.remove(server)
            self.servers.insert(0, server)
            return json.loads(text) if status < 300 else None
        return None

    def start(self):
        self.beat(register=True)
        for work, seconds in ((self.beat, HEARTBEAT_SECONDS), (self.look, 0.5)):
            threading.Thread(target=self.again, args=(work, seconds), daemon=True).start()
        self.health = socket.create_server(("127.0.0.1", 10248))
        threading.Thread(target=self.answer_health, daemon=True).start()
        self.port = socket.create_server((self.ip, 10250))
        self.overlay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.overlay.bind(("0.0.0.0", 8472))

    def again(self, work, seconds):
        while True:
            try:
                work()
            except Exception as trouble:
                print(f"{work.__name__}: {trouble!r}", flush=True)
            time.sleep(seconds)

    def answer_health(self):
        while True:
            link, _ = self.health.accept()
            try:
                link.recv(4096)
                link.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                pass
            link.close()

    def conditions(self):
        if os.path.exists(f"{FAULTS}/not-ready"):
            ready = condition("Ready", "False", "KubeletNotReady", "container runtime network not ready: cni plugin not initialized")
        else:
            ready = condition("Ready", "True", "KubeletReady")
        pressures = [condition(f"{kind}Pressure", "False", f"KubeletHasNo{kind}Pressure") for kind in ("Memory", "Disk", "PID")]
        voter = [] if self.is_voter is None else [condition("EtcdIsVoter", str(self.is_voter()), "MemberNotLearner")]
        return [*pressures, *voter, ready]

    def beat(self, register=False):
        conditions = self.conditions()
        for one in conditions:
            if self.since.get(one["type"], {}).get("status") != one["status"]:
                self.since[one["type"]] = one
            one["lastTransitionTime"] = self.since[one["type"]]["lastHeartbeatTime"]
        labels = {"kubernetes.io/hostname": self.name, "kubernetes.io/os": "linux", **dict(one.split("=", 1) for one in self.found.get("node-label", []))}
        if self.is_voter is not None:
            labels |= {f"node-role.kubernetes.io/{role}": "true" for role in ("control-plane", "etcd", "master")}
        status = {"conditions": conditions, "nodeInfo": {"kubeletVersion": pki.VERSION},
                  "addresses": [{"type": "InternalIP", "address": self.ip}]}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.name, "labels": labels}, "status": status}
        known = self.api("PATCH", f"/api/v1/nodes/{self.name}", node, "application/apply-patch+yaml")
        if known is None and register:
            raise SystemExit("k3s-stand-in: no server took this node")

    def look(self):
        pods = self.api("GET", f"/api/v1/pods?fieldSelector=spec.nodeName={self.name}")
        nodes = self.api("GET", "/api/v1/nodes?labelSelector=node-role.kubernetes.io/master=true")
        if pods is None or nodes is None:
            return
        if self.memory:
            servers = [f"https://{one['status']['addresses'][0]['address']}:6443" for one in nodes["items"] if "status" in one]
            self.servers += [one for one in servers if one not in self.servers]
            pki.write(self.memory, json.dumps(self.servers))
        for pod in pods["items"]:
            self.play(pod)
        entries = [pod for pod in pods["items"] if pod["spec"].get("hostNetwork") and self.is_ready(pod)]
        self.serve_ingress() if entries else self.stop_ingress()
        if self.listeners:
            self.learn_routes()

    def is_ready(self, pod):
        return any(one["type"] == "Ready" and one["status"] == "True" for one in pod.get("status", {}).get("conditions", []))

    def play(self, pod):
        meta, name = pod["metadata"], pod["metadata"]["uid"]
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        first = self.seen.setdefault(name, time.monotonic())
        containers = pod["spec"]["containers"]
        # What has been pulled stays on the node.
        pulled = self.is_ready(pod)
        broken = containers if os.path.exists(f"{FAULTS}/no-images") and not pulled else []
        probes = any("exec" in one.get("readinessProbe", {}) for one in containers)
        ready = time.monotonic() - first >= STARTING_SECONDS and not broken and not (probes and os.path.exists(f"{FAULTS}/no-pod-network"))
        waiting = {"waiting": {"reason": "ErrImagePull", "message": f"failed to pull image {broken[0]['image']}"}} if broken else {"running": {}}
        statuses = [{"name": one["name"], "ready": ready, "restartCount": 0, "state": waiting} for one in containers]
        status = {"phase": "Pending" if broken else "Running", "containerStatuses": statuses,
                  "conditions": [{"type": "Ready", "status": str(ready)}]}
        if status != {key: pod.get("status", {}).get(key) for key in status}:
            self.api("PATCH", path, {"status": status}, "application/merge-patch+json")

    def serve_ingress(self):
        if self.listeners:
            return
        crt, key = self.files[1:]
        for port in (80, 443, 10254):
            server = http.server.ThreadingHTTPServer(("0.0.0.0", port), Ingress)
            server.kubelet = self
            if port == 443:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(crt, key)
                server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
            self.listeners.append(server)

    def stop_ingress(self):
        for server in self.listeners:
            server.shutdown()
            server.server_close()
        self.listeners = []

    def learn_routes(self):
        ingresses = self.api("GET", "/apis/networking.k8s.io/v1/ingresses")
        slices = self.api("GET", "/apis/discovery.k8s.io/v1/endpointslices")
        if ingresses is None or slices is None:
            return
        served = {(one["metadata"]["namespace"], one["metadata"]["labels"]["kubernetes.io/service-name"]) for one in slices["items"] if one["endpoints"]}
        self.routes = {
            rule["host"]: all((one["metadata"]["namespace"], path["backend"]["service"]["name"]) in served for path in rule["http"]["paths"])
            for one in ingresses["items"] for rule in one["spec"]["rules"]
        }
