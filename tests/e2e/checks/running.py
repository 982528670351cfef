"""The stack runs: ready, scraped, alerting, on volumes of its own user."""
import http.server
import json
import os
import queue
import socket
import threading
import time

from framework import LIMIT, Skip, check, expect, expect_that, wait_until

ENVIRONMENTS = (None, "dev", "staging", "prod")
# Jobs that find something in any cluster that runs the stack.
JOBS = {"prometheus", "kubernetes-api-servers", "kubernetes-nodes", "kubernetes-nodes-cadvisor", "kubernetes-service-endpoints", "prometheus-pushgateway"}


# Alertmanager writes its state every quarter of an hour, and when it ends; here at once, to see who writes it.
WRITES = {"alertmanager": {"extraArgs": {"data.maintenance-interval": "3s"}}}


def names(pods):
    return [p["metadata"]["name"] for p in pods]


def expect_targets(release, pod):
    """Every discovered target is up, each of JOBS has found something, and the node exporter is among what is found."""
    ksm = release.runs_kube_state_metrics()

    def probe():
        targets = release.prometheus("targets?state=active", pod)["activeTargets"]
        missing = JOBS - {t["labels"].get("job") for t in targets}
        parts = {t["labels"].get("app_kubernetes_io_name") for t in targets if t["labels"].get("app_kubernetes_io_instance") == release.name}
        missing |= {"kube-state-metrics", "prometheus-node-exporter"} - parts
        down = {"%s %s" % (t["labels"].get("job"), t["scrapeUrl"]): t["lastError"] or t["health"] for t in targets
                if t["health"] != "up" and (ksm or t["labels"].get("app_kubernetes_io_name") != "kube-state-metrics")}
        return not missing and not down, {"not discovered": sorted(missing), "not up": down}
    wait_until("every discovered target is up in %s" % pod, probe)


def expect_alertmanagers(release, pod):
    """A Prometheus sends its alerts to every Alertmanager of the release, and to no other."""
    def probe():
        wanted = sorted("http://%s:9093/api/v2/alerts" % p["status"].get("podIP") for p in release.pods("alertmanager"))
        seen = sorted(a["url"] for a in release.prometheus("alertmanagers", pod)["activeAlertmanagers"])
        return seen == wanted, {"Alertmanagers that run": wanted, "that %s knows" % pod: seen}
    wait_until("%s knows every Alertmanager" % pod, probe)


def expect_peers(release, count):
    """So many Alertmanagers run, and each lists them all as one cluster."""
    pods = release.pods("alertmanager")
    expect("Alertmanagers", count, len(pods))
    for pod in names(pods):
        def probe():
            cluster = release.alertmanager("status", pod)["cluster"]
            return cluster["status"] == "ready" and len(cluster["peers"]) == count, cluster
        wait_until("%s is in a cluster of %d" % (pod, count), probe)


def expect_pushed(release):
    """A metric given to the pushgateway can be queried in every Prometheus."""
    value = str(int(time.time()))
    release.push("e2e", "e2e_pushed %s\n" % value)
    for pod in names(release.pods("server")):
        def probe():
            seen = release.query('e2e_pushed{job="e2e"}', pod)
            return [s["value"][1] for s in seen] == [value], seen
        wait_until("the pushed metric can be queried in %s" % pod, probe)


def owners(release, pod, container):
    """(user, path) of each file on the claimed volumes of a container."""
    mounts = {m["name"]: m["mountPath"] for c in pod["spec"]["containers"] if c["name"] == container for m in c.get("volumeMounts") or []}
    found = []
    for v in pod["spec"]["volumes"]:
        if "persistentVolumeClaim" not in v or v["name"] not in mounts:
            continue
        allowed = release.cluster.can_exec(release.namespace, pod["metadata"]["name"], container)
        if allowed is True:
            listing = release.cluster.kubectl("exec", "-n", release.namespace, pod["metadata"]["name"], "-c", container, "--", "ls", "-lnR", mounts[v["name"]]).out
            found += [(int(line.split()[2]), line.split()[-1]) for line in listing.splitlines() if len(line.split()) >= 9 and line.split()[2].isdigit()]
            continue
        claim = release.cluster.get("/api/v1/namespaces/%s/persistentvolumeclaims/%s" % (release.namespace, v["persistentVolumeClaim"]["claimName"]))
        volume = release.cluster.get("/api/v1/persistentvolumes/" + claim["spec"]["volumeName"])
        folder = (volume["spec"].get("hostPath") or volume["spec"].get("local") or {}).get("path", "")
        if not os.path.isdir(folder):
            raise Skip("the volume cannot be looked into: %s; and it is no folder of this machine" % allowed)
        # lost+found and the like are the volume's own
        found += [(os.lstat(os.path.join(d, f)).st_uid, os.path.join(d, f)) for d, ds, fs in os.walk(folder) for f in ds + fs]
    return [f for f in found if not f[1].endswith("lost+found")]


def expect_owner(release, component, container, user):
    """The component's volumes hold files, all written by `user`, whom the pod's specification names."""
    for pod in release.pods(component):
        expect("runAsUser of %s" % pod["metadata"]["name"], user, pod["spec"]["securityContext"]["runAsUser"])

        def probe():
            files = owners(release, pod, container)
            return bool(files), "no file"
        wait_until("the volume of %s is written" % pod["metadata"]["name"], probe)
        expect("files of other users on the volume of %s" % pod["metadata"]["name"], [], [f for f in owners(release, pod, container) if f[0] != user])


@check("running")
def running(run):
    """The defaults and each environment: ready, all targets up, Prometheus and Alertmanager know each other, pushed metrics arrive."""
    for env in ENVIRONMENTS:
        label = env or "defaults"
        with run.case(label), run.release("running-" + label, env=env, values=WRITES) as release:
            release.apply()
            release.wait_ready()
            servers = names(release.pods("server"))
            expect("servers", 2 if env == "prod" else 1, len(servers))
            for pod in servers:
                expect_alertmanagers(release, pod)
                expect_targets(release, pod)
            with run.case(label + ": a pushed metric"):
                expect_pushed(release)
            with run.case(label + ": Alertmanagers"):
                expect_peers(release, 3 if env == "prod" else 1)
            if env != "dev":
                with run.case(label + ": volumes"):
                    expect_owner(release, "server", "prometheus-server", 65534)
                    expect_owner(release, "alertmanager", "alertmanager", 65534)
            if env == "prod":
                with run.case(label + ": disruption budgets"):
                    budgets = {o["metadata"]["name"]: o for o in release.objects() if o["kind"] == "PodDisruptionBudget"}
                    expect("budgets", ["e2e-alertmanager", "e2e-prometheus-server"], sorted(budgets))
                    for name, pods in (("e2e-alertmanager", 3), ("e2e-prometheus-server", 2)):
                        def probe():
                            s = release.cluster.live(budgets[name])["status"]
                            return (s["expectedPods"], s["currentHealthy"], s["disruptionsAllowed"]) == (pods, pods, 1), s
                        wait_until("the budget %s counts %d pods, of which one may go" % (name, pods), probe)


@check("server-kinds")
def server_kinds(run):
    """The server as StatefulSet and as DaemonSet (a Deployment is the default), as a user of one's own."""
    user = {"runAsUser": 1234, "runAsNonRoot": True, "runAsGroup": 1234, "fsGroup": 1234}
    for kind, values in (("StatefulSet", {"statefulSet": {"enabled": True}}), ("DaemonSet", {"daemonSet": {"enabled": True}})):
        with run.case(kind), run.release("server-" + kind.lower(), values={"server": {**values, "securityContext": user}}) as release:
            expect("kinds of the server", [kind], [o["kind"] for o in release.objects() if o["kind"] in ("Deployment", "StatefulSet", "DaemonSet")
                                                   and o["metadata"]["labels"].get("app.kubernetes.io/component") == "server"])
            release.apply()
            release.wait_ready()
            for pod in release.pods("server"):
                expect("owner of the pod", kind, pod["metadata"]["ownerReferences"][0]["kind"])
                expect_alertmanagers(release, pod["metadata"]["name"])
                expect_targets(release, pod["metadata"]["name"])
            with run.case(kind + ": volumes"):
                expect_owner(release, "server", "prometheus-server", 1234)


class Receiver:
    """A webhook receiver in this process: .url leads to it from the pods, .wait(predicate) waits for a message."""

    def __init__(self, cluster):
        address = next(a["address"] for a in cluster.items("/api/v1/nodes")[0]["status"]["addresses"] if a["type"] == "InternalIP")
        messages = self.messages = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                messages.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *a):
                pass
        try:
            self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        except OSError:
            raise Skip("pods do not reach this machine: it has not the node's address %s" % address)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://%s:%d/" % (address, self.server.server_port)

    def wait(self, what, wanted, limit=LIMIT):
        seen = []

        def probe():
            while not self.messages.empty():
                seen.append(self.messages.get())
            return any(wanted(m) for m in seen), seen
        return wait_until(what, probe, limit)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def lives(release):
    """What tells whether the servers' pods were replaced or their containers started again."""
    return {p["metadata"]["uid"]: [c["restartCount"] for c in p["status"]["containerStatuses"]] for p in release.pods("server")}


@check("alerting")
def alerting(run):
    """A changed rule is loaded without a restart, fires and reaches a webhook; a changed retention restarts once and keeps the data."""
    receiver = None
    try:
        with run.case("a receiver for webhooks"):
            receiver = Receiver(run.cluster)
        config = {"route": {"receiver": "hook", "group_wait": "1s", "group_interval": "1s"},
                  "receivers": [{"name": "hook", **({"webhook_configs": [{"url": receiver.url}]} if receiver else {})}]}
        with run.case("started"), run.release("alerting", values={"alertmanager": {"config": config}}) as release:
            release.apply()
            release.wait_ready()
            pod = names(release.pods("server"))[0]
            expect_alertmanagers(release, pod)
            expect_pushed(release)
            before, asked = lives(release), time.time()

            with run.case("a changed rule, without a restart"):
                rule = {"alert": "E2EFires", "expr": "vector(1)", "labels": {"severity": "e2e"}, "annotations": {"summary": "asked for"}}
                release.change({"serverFiles": {"alerting_rules.yml": {"groups": [{"name": "e2e", "rules": [rule]}]}}})
                release.apply()

                def fires():
                    alerts = [a for a in release.prometheus("alerts")["alerts"] if a["labels"]["alertname"] == "E2EFires"]
                    good = release.query("prometheus_config_last_reload_successful", pod)
                    return [a["state"] for a in alerts] == ["firing"], {"alerts": alerts, "prometheus_config_last_reload_successful": [s["value"][1] for s in good]}
                wait_until("the changed rule is loaded and fires", fires)
                expect("pods and their restarts", before, lives(release))

            with run.case("the alert in Alertmanager"):
                def known():
                    alerts = [a["labels"] for a in release.alertmanager("alerts")]
                    return any(a["alertname"] == "E2EFires" for a in alerts), alerts
                wait_until("the alert is in Alertmanager", known)

            with run.case("the alert at the webhook"):
                if receiver is None:
                    raise Skip("there is no receiver")
                receiver.wait("the webhook is told of E2EFires", lambda m: m["status"] == "firing" and "E2EFires" in [a["labels"]["alertname"] for a in m["alerts"]])

            with run.case("a changed retention, one restart, the same data"):
                old = release.query("e2e_pushed", at=asked)
                expect("series of the pushed metric", 1, len(old))
                release.change({"server": {"retention": "11d"}})
                release.apply()
                release.wait_ready()
                after = lives(release)
                expect_that("one new pod, its containers started once", len(after) == 1 and not set(after) & set(before) and set(sum(after.values(), [])) == {0}, after)
                sets = [s["metadata"]["annotations"].get("deployment.kubernetes.io/revision") for s in run.cluster.items(
                    "/apis/apps/v1/namespaces/%s/replicasets?labelSelector=app.kubernetes.io/component%%3Dserver" % release.namespace)]
                expect("revisions of the server's Deployment", ["1", "2"], sorted(sets))
                expect("retention that the server runs with", "11d", release.prometheus("status/runtimeinfo")["storageRetention"].split(" ")[0])
                expect("the pushed metric at the time before", old, release.query("e2e_pushed", at=asked))
    finally:
        if receiver:
            receiver.close()
