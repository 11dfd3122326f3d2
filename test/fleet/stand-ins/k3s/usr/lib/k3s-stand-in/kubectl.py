"""The verbs of kubectl that the modules use, with kubectl's exit codes."""
import base64, copy, difflib, json, os, sys, tempfile, time
import pki, yaml

PLURALS = {"Ingress": "ingresses", "IngressClass": "ingressclasses", "NetworkPolicy": "networkpolicies"}
CLUSTER_WIDE = {"Namespace", "ClusterRole", "ClusterRoleBinding", "IngressClass", "Node", "PriorityClass"}


class Client:
    def __init__(self, options):
        found = yaml.safe_load(pki.read(options.get("kubeconfig") or pki.KUBECONFIG))
        cluster, user = found["clusters"][0]["cluster"], found["users"][0]["user"]
        self.server = options.get("server") or cluster["server"]
        self.seconds = float(options.get("request-timeout", "10s").rstrip("s"))
        with tempfile.TemporaryDirectory(dir="/dev/shm") as home:
            paths = []
            for name, data in (("ca", cluster["certificate-authority-data"]), ("crt", user["client-certificate-data"]), ("key", user["client-key-data"])):
                pki.write(f"{home}/{name}", base64.b64decode(data).decode())
                paths.append(f"{home}/{name}")
            self.context = pki.client_context(*paths)

    def ask(self, method, path, body=None, kind="application/json"):
        try:
            status, text = pki.ask(self.server, method, path, body, self.context, {"Content-Type": kind}, self.seconds)
        except OSError as trouble:
            sys.exit(f"Unable to connect to the server: {trouble}")
        return status, text

    def must(self, *request):
        status, text = self.ask(*request)
        if status >= 400:
            sys.exit(f"Error from server: {text.strip()}")
        return text


def path_of(one):
    version, kind, meta = one["apiVersion"], one["kind"], one["metadata"]
    plural = PLURALS.get(kind, f"{kind.lower()}s")
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    space = "" if kind in CLUSTER_WIDE else f"/namespaces/{meta.get('namespace', 'default')}"
    return f"{root}{space}/{plural}/{meta['name']}"


def documents(options):
    text = sys.stdin.read() if options["f"] == "-" else pki.read(options["f"])
    for one in yaml.safe_load_all(text):
        yield from one["items"] if one.get("kind") == "List" else [one]


def bare(text):
    """An object without what the server adds by itself."""
    one = json.loads(text)
    for name in ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"):
        one.get("metadata", {}).pop(name, None)
    one.pop("status", None)
    if one.get("kind") == "Secret":
        one["data"] = {name: "***" for name in one.get("data", {})}
    return json.dumps(one, indent=1, sort_keys=True).splitlines()


def apply(client, options, dry):
    differs = False
    for one in documents(options):
        path = path_of(one)
        before = client.ask("GET", path) if dry else (0, "")
        if before[0] >= 500:
            sys.exit(f"Error from server: {before[1].strip()}")
        text = client.must("PATCH", f"{path}?fieldManager={options.get('field-manager', 'kubectl')}{'&dryRun=All' if dry else ''}", json.dumps(one), "application/apply-patch+yaml")
        if not dry:
            print(f"{one['kind'].lower()}/{one['metadata']['name']} serverside-applied")
            continue
        old = json.loads(before[1]) if before[0] == 200 else {}
        new = json.loads(text)
        hidden = old.get("data") != new.get("data")
        lines = list(difflib.unified_diff(bare(json.dumps(old)) if old else [], bare(text), "live", "merged", lineterm="", n=1))
        differs |= bool(lines) or hidden
        print("\n".join(lines))
    return 1 if differs else 0


def drain(client, name, options):
    client.must("PATCH", f"/api/v1/nodes/{name}", json.dumps({"spec": {"unschedulable": True}}), "application/merge-patch+json")
    end = time.monotonic() + float(options.get("timeout", "120s").rstrip("s"))
    pods = json.loads(client.must("GET", f"/api/v1/pods?fieldSelector=spec.nodeName={name}"))["items"]
    for pod in pods:
        meta = pod["metadata"]
        if meta["ownerReferences"][0]["kind"] == "DaemonSet":
            continue
        while client.ask("POST", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/eviction", "{}")[0] not in (201, 404):
            if time.monotonic() > end:
                sys.exit("error: drain did not end in time")
            time.sleep(0.5)
    return 0


def undo(client, target, options):
    space, name = options.get("namespace", "default"), target.split("/")[1]
    path = f"/apis/apps/v1/namespaces/{space}/deployments/{name}"
    own = json.loads(client.must("GET", path))["metadata"]["uid"]
    known = json.loads(client.must("GET", f"/apis/apps/v1/namespaces/{space}/replicasets"))["items"]
    known = [one for one in known if one["metadata"]["ownerReferences"][0]["uid"] == own]
    known.sort(key=lambda one: int(one["metadata"]["annotations"]["deployment.kubernetes.io/revision"]))
    if len(known) < 2:
        sys.exit("error: no rollout history found")
    client.must("PATCH", path, json.dumps({"spec": {"template": known[-2]["spec"]["template"]}}), "application/merge-patch+json")
    print(f"deployment.apps/{name} rolled back")
    return 0


def merge_patch(client, words, options):
    kind, _, name = words[1].partition("/")
    space = options.get("namespace", "default")
    path = f"/apis/apps/v1/namespaces/{space}/deployments/{name}" if kind == "deployment" else f"/api/v1/namespaces/{space}/{kind}s/{name}"
    client.must("PATCH", path, options["patch"], "application/merge-patch+json")
    return 0


def parse(arguments):
    """Options by their long names, and the words; what takes a value and has it behind a blank is known by name."""
    options, words, rest = {}, [], list(arguments)
    short = {"-f": "f", "-n": "namespace", "-p": "patch"}
    while rest:
        word = rest.pop(0)
        if word in short:
            options[short[word]] = rest.pop(0)
        elif word in ("--kubeconfig", "--server", "--raw"):
            options[word[2:]] = rest.pop(0)
        elif word.startswith("--"):
            name, _, value = word[2:].partition("=")
            options[name] = value or "true"
        else:
            words.append(word)
    return options, words


def main(arguments):
    options, words = parse(arguments)
    client, verb = Client(options), words[0]
    if "raw" in options:
        method = {"get": "GET", "create": "POST", "delete": "DELETE", "replace": "PUT"}[verb]
        print(client.must(method, options["raw"], "".join(sys.stdin.read()) if verb == "create" else None))
        return 0
    if verb in ("apply", "diff"):
        return apply(client, options, verb == "diff")
    if verb in ("cordon", "uncordon"):
        client.must("PATCH", f"/api/v1/nodes/{words[1]}", json.dumps({"spec": {"unschedulable": True if verb == "cordon" else None}}), "application/merge-patch+json")
        return 0
    if verb == "drain":
        return drain(client, words[1], options)
    if verb == "patch":
        return merge_patch(client, words, options)
    if words[:2] == ["rollout", "undo"]:
        return undo(client, words[2], options)
    if verb == "delete":
        for one in documents(options):
            status, text = client.ask("DELETE", path_of(one))
            if status not in (200, 404):
                sys.exit(f"Error from server: {text.strip()}")
        return 0
    sys.exit(f"k3s-stand-in: kubectl {' '.join(arguments)}: unknown")
