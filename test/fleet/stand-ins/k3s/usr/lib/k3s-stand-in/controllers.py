"""What the cluster does by itself. Every server has it; the one whose etcd member leads acts."""
import hashlib, json, time, uuid
import store
from pki import now

GRACE_SECONDS = 5
APPS = "apis/apps/v1"
SYSTEM = [("coredns", 1), ("local-path-provisioner", 1), ("metrics-server", 1)]


def leads():
    status = store.etcd("/v3/maintenance/status", {})
    return status["leader"] == status["header"]["member_id"]


def seconds_since(text):
    return time.time() - (time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone)


def ready_of(one):
    return next((item for item in one.get("status", {}).get("conditions", []) if item["type"] == "Ready"), {"status": "Unknown"})


def is_ready(one):
    return ready_of(one)["status"] == "True"


def watch_nodes():
    for node in store.list_of("/api/v1/nodes/"):
        ready = ready_of(node)
        if ready["status"] == "Unknown" or seconds_since(ready["lastHeartbeatTime"]) <= GRACE_SECONDS:
            continue
        for one in node["status"]["conditions"]:
            if one["type"] != "EtcdIsVoter":
                one |= {"status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status.", "lastTransitionTime": now()}
        store.patch(f"/api/v1/nodes/-/{node['metadata']['name']}", {"status": {"conditions": node["status"]["conditions"]}})


def hash_of(template):
    return hashlib.sha1(json.dumps(template, sort_keys=True).encode()).hexdigest()[:10]


def pods_of(owner):
    prefix = f"/api/v1/pods/{owner['metadata']['namespace']}/"
    return [pod for pod in store.list_of(prefix) if pod["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]]


def make_pod(owner, kind, node, mark):
    template = owner["spec"]["template"]
    meta = {
        "name": f"{owner['metadata']['name']}-{uuid.uuid4().hex[:5]}", "namespace": owner["metadata"]["namespace"],
        "labels": {**template["metadata"].get("labels", {}), "pod-template-hash": mark},
        "ownerReferences": [{"kind": kind, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}],
    }
    key = f"/api/v1/pods/{meta['namespace']}/{meta['name']}"
    return store.create(key, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {**template["spec"], "nodeName": node}})


def remove_pod(pod):
    store.delete(f"/api/v1/pods/{pod['metadata']['namespace']}/{pod['metadata']['name']}")


def tell(resource, owner, status):
    if {key: owner.get("status", {}).get(key) for key in status} != status:
        store.patch(f"/{APPS}/{resource}/{owner['metadata']['namespace']}/{owner['metadata']['name']}", {"status": status})


def run_daemonset(one, nodes, ready_nodes):
    wanted = one["spec"]["template"]["spec"].get("nodeSelector", {})
    homes = [node["metadata"]["name"] for node in nodes if all(node["metadata"]["labels"].get(key) == value for key, value in wanted.items())]
    mark, pods = hash_of(one["spec"]["template"]), pods_of(one)
    for pod in pods:
        if pod["spec"]["nodeName"] not in homes or pod["metadata"]["labels"]["pod-template-hash"] != mark:
            remove_pod(pod)
    for home in homes:
        if not any(pod["spec"]["nodeName"] == home and pod["metadata"]["labels"]["pod-template-hash"] == mark for pod in pods):
            make_pod(one, "DaemonSet", home, mark)
    up = sum(is_ready(pod) and pod["spec"]["nodeName"] in ready_nodes for pod in pods)
    tell("daemonsets", one, {"desiredNumberScheduled": len(homes), "currentNumberScheduled": len(pods), "numberReady": up,
                             "updatedNumberScheduled": len(pods), "observedGeneration": one["metadata"]["generation"]})


def revisions_of(one):
    prefix = f"/{APPS}/replicasets/{one['metadata']['namespace']}/"
    return [item for item in store.list_of(prefix) if item["metadata"]["ownerReferences"][0]["uid"] == one["metadata"]["uid"]]


def remember_revision(one, mark):
    """A ReplicaSet holds what a revision was; `rollout undo` goes back to the one before."""
    known = revisions_of(one)
    number = lambda item: int(item["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
    newest = max(known, key=number, default=None)
    name = f"{one['metadata']['name']}-{mark}"
    if newest is not None and newest["metadata"]["name"] == name:
        return newest
    revision = str(number(newest) + 1 if newest else 1)
    space = one["metadata"]["namespace"]
    return store.apply(f"/{APPS}/replicasets/{space}/{name}", {
        "metadata": {"name": name, "namespace": space, "annotations": {"deployment.kubernetes.io/revision": revision, "begun": now()},
                     "ownerReferences": [{"kind": "Deployment", "name": one["metadata"]["name"], "uid": one["metadata"]["uid"]}]},
        "spec": {"template": one["spec"]["template"]},
    })


def run_deployment(one, nodes, ready_nodes):
    wanted, mark = one["spec"].get("replicas", 1), hash_of(one["spec"]["template"])
    revision = remember_revision(one, mark)
    pods = pods_of(one)
    up = lambda pod: is_ready(pod) and pod["spec"]["nodeName"] in ready_nodes
    fresh = [pod for pod in pods if pod["metadata"]["labels"]["pod-template-hash"] == mark]
    old = [pod for pod in pods if pod not in fresh]
    open_nodes = [node["metadata"]["name"] for node in nodes if not node.get("spec", {}).get("unschedulable") and node["metadata"]["name"] in ready_nodes]
    load = {name: sum(pod["spec"]["nodeName"] == name for pod in pods) for name in open_nodes}
    for _ in range(wanted - len(fresh)):
        if load:
            home = min(load, key=lambda name: (load[name], name))
            load[home] += 1
            make_pod(one, "Deployment", home, mark)
    for pod in fresh[wanted:]:
        remove_pod(pod)
    if sum(map(up, fresh)) >= wanted:
        for pod in old:
            remove_pod(pod)
    done = sum(map(up, fresh)) >= wanted and not old
    late = seconds_since(revision["metadata"]["annotations"]["begun"]) > one["spec"].get("progressDeadlineSeconds", 600)
    progress = {"type": "Progressing", "status": "False" if late and not done else "True",
                "reason": "NewReplicaSetAvailable" if done else "ProgressDeadlineExceeded" if late else "ReplicaSetUpdated"}
    serving = sum(map(up, pods))
    tell("deployments", one, {"replicas": len(pods), "updatedReplicas": len(fresh), "readyReplicas": serving, "availableReplicas": serving,
                              "observedGeneration": one["metadata"]["generation"],
                              "conditions": [progress, {"type": "Available", "status": str(serving >= wanted)}]})


def run_service(one, ready_nodes):
    meta, selector = one["metadata"], one["spec"].get("selector", {})
    pods = [pod for pod in store.list_of(f"/api/v1/pods/{meta['namespace']}/") if all(pod["metadata"]["labels"].get(key) == value for key, value in selector.items())]
    endpoints = [{"addresses": ["10.42.0.1"], "nodeName": pod["spec"]["nodeName"], "conditions": {"ready": True}, "targetRef": {"name": pod["metadata"]["name"]}}
                 for pod in pods if is_ready(pod) and pod["spec"]["nodeName"] in ready_nodes]
    store.apply(f"/apis/discovery.k8s.io/v1/endpointslices/{meta['namespace']}/{meta['name']}", {
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "labels": {"kubernetes.io/service-name": meta["name"]}}, "endpoints": endpoints})


def found_system():
    """What K3s brings with it."""
    for name, replicas in SYSTEM:
        labels = {"k8s-app": name}
        store.apply(f"/{APPS}/deployments/kube-system/{name}", {
            "metadata": {"name": name, "namespace": "kube-system"},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels},
                     "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, "image": f"stand-in/{name}"}]}}}})


def act():
    watch_nodes()
    if not store.list_of(f"/{APPS}/deployments/kube-system/"):
        found_system()
    nodes = store.list_of("/api/v1/nodes/")
    ready_nodes = {node["metadata"]["name"] for node in nodes if is_ready(node)}
    for one in store.list_of(f"/{APPS}/daemonsets/"):
        run_daemonset(one, nodes, ready_nodes)
    for one in store.list_of(f"/{APPS}/deployments/"):
        run_deployment(one, nodes, ready_nodes)
    for one in store.list_of("/api/v1/services/"):
        run_service(one, ready_nodes)


def run():
    while True:
        try:
            if leads():
                act()
        except Exception as trouble:
            print(f"controllers: {trouble!r}", flush=True)
        time.sleep(0.3)
