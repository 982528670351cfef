"""prometheus-operator makes of the release's monitors a configuration that scrapes the stack."""
import base64
import contextlib
import gzip
import os
import re
import shutil
import tempfile

from framework import Refused, Skip, check, command, expect, wait_until

API = "monitoring.coreos.com/v1"
IMAGE = "quay.io/prometheus-operator/prometheus-operator:v0.85.0"
# The Prometheus object selects by this label, which the values put on every monitor.
SELECTED = {"monitored-by": "e2e"}
OPERATED = "monitors"


def values(namespace, pod_monitor):
    """Every monitor switched on; the node exporter's as a ServiceMonitor or a PodMonitor."""
    exporter = {"enabled": True, "additionalLabels": SELECTED}
    return {
        "alertmanager": {"serviceMonitor": {"enabled": True, "additionalLabels": SELECTED}},
        "kube-state-metrics": {"prometheus": {"monitor": {"enabled": True, "additionalLabels": SELECTED}}, "selfMonitor": {"enabled": True}},
        "prometheus-node-exporter": {"prometheus": {"podMonitor" if pod_monitor else "monitor": exporter}},
        "prometheus-pushgateway": {"serviceMonitor": {"enabled": True, "namespace": namespace, "additionalLabels": SELECTED}},
    }


def endpoints(monitor):
    return monitor["spec"].get("endpoints" if monitor["kind"] == "ServiceMonitor" else "podMetricsEndpoints") or []


def jobs(monitors):
    """What the operator calls the jobs of these monitors."""
    return sorted("%s/%s/%s/%d" % (m["kind"][0].lower() + m["kind"][1:], m["metadata"]["namespace"], m["metadata"]["name"], i)
                  for m in monitors for i, _ in enumerate(endpoints(m)))


@contextlib.contextmanager
def operator(release):
    """prometheus-operator for the release's namespace, which it may do everything in."""
    cluster, namespace = release.cluster, release.namespace
    if (API, "Prometheus") not in cluster.kinds():
        raise Skip("the cluster has no CustomResourceDefinitions of prometheus-operator")
    labels = {"app.kubernetes.io/name": "prometheus-operator", "app.kubernetes.io/instance": release.name}
    binding = {"metadata": {"name": namespace + "-operator"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
               "subjects": [{"kind": "ServiceAccount", "name": "prometheus-operator", "namespace": namespace}]}
    bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    cluster.api("POST", bindings, binding)
    try:
        cluster.api("POST", "/api/v1/namespaces/%s/serviceaccounts" % namespace, {"metadata": {"name": "prometheus-operator"}})
        container = {"name": "operator", "image": IMAGE, "args": ["--namespaces=" + namespace]}
        cluster.api("POST", "/apis/apps/v1/namespaces/%s/deployments" % namespace, {
            "metadata": {"name": "prometheus-operator", "labels": labels},
            "spec": {"selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels}, "spec": {"serviceAccountName": "prometheus-operator", "containers": [container]}}}})
        reason = release.lacks_image("prometheus-operator")
        if reason:
            raise Skip("prometheus-operator does not run here: " + reason)
        yield
    finally:
        with contextlib.suppress(Refused):
            cluster.api("DELETE", bindings + "/" + binding["metadata"]["name"])


def prometheus_object(release):
    """A Prometheus that selects the release's monitors and runs with the account of the release's server, which may discover."""
    select = {"matchLabels": SELECTED}
    return {"apiVersion": API, "kind": "Prometheus", "metadata": {"name": OPERATED, "namespace": release.namespace}, "spec": {
        "serviceAccountName": release.object("ServiceAccount", component="server")["metadata"]["name"],
        "serviceMonitorSelector": select, "podMonitorSelector": select,
        # not below the time limit of 10s that the node exporter's monitor has: the operator would leave the monitor out
        "scrapeInterval": "10s",
        "securityContext": {"runAsUser": 65534, "runAsGroup": 65534, "fsGroup": 65534, "runAsNonRoot": True}}}


def generated(release, wanted):
    """The text of the configuration that the operator generates, once it holds the jobs `wanted`, and no other."""
    secret = "/api/v1/namespaces/%s/secrets/prometheus-%s" % (release.namespace, OPERATED)

    def probe():
        data = release.cluster.get(secret).get("data") or {}
        text = gzip.decompress(base64.b64decode(data.get("prometheus.yaml.gz", ""))).decode() if data.get("prometheus.yaml.gz") else ""
        names = sorted(n.strip("\"'") for n in re.findall(r"(?m)^- job_name: (\S+)$", text))
        return names == wanted and text, {"jobs wanted": wanted, "jobs in the configuration": names}
    wait_until("the generated configuration holds a job for each monitor", probe, limit=90)
    return gzip.decompress(base64.b64decode(release.cluster.get(secret)["data"]["prometheus.yaml.gz"])).decode()


def check_config(text):
    promtool = shutil.which("promtool")
    if promtool is None:
        raise Skip("there is no promtool in PATH")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "prometheus.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        # without the files that the configuration names: they are in the operator's pods
        command(promtool, "check", "config", "--syntax-only", path)


def expect_scraped(release, wanted):
    """The operator's Prometheus finds targets for every job, and all are up (kube-state-metrics aside where it has no image)."""
    ksm = release.runs_kube_state_metrics()

    def probe():
        answer = release.cluster.http_json(release.namespace, "prometheus-operated", 9090, "/api/v1/targets?state=active")
        targets = answer["data"]["activeTargets"]
        missing = [job for job in wanted if job not in {t["scrapePool"] for t in targets}]
        down = {"%s %s" % (t["scrapePool"], t["scrapeUrl"]): t["lastError"] or t["health"] for t in targets
                if t["health"] != "up" and (ksm or "kube-state-metrics" not in t["scrapePool"])}
        return not missing and not down, {"monitors without a target": missing, "targets that are not up": down}
    wait_until("every monitor has targets, and they are up", probe, limit=120)


@check("monitors")
def monitors(run):
    """prometheus-operator, given the release's monitors: a job for each, which promtool accepts, and whose targets are up."""
    for label, pod_monitor in (("ServiceMonitors", False), ("a PodMonitor", True)):
        with run.case(label), run.release("monitors", args=("--api-versions", API)) as release:
            release.change(values(release.namespace, pod_monitor))
            selected = [o for o in release.objects() if o["kind"] in ("ServiceMonitor", "PodMonitor")]
            kinds = sorted(o["kind"] for o in selected)
            expect("monitors that are rendered", ["PodMonitor"] * pod_monitor + ["ServiceMonitor"] * (4 - pod_monitor), kinds)
            expect("monitors in other namespaces", [], [o["metadata"]["name"] for o in selected if o["metadata"]["namespace"] != release.namespace])
            with operator(release):
                release.apply()
                release.cluster.api("POST", "/apis/%s/namespaces/%s/prometheuses" % (API, release.namespace), prometheus_object(release))
                wanted = jobs(selected)
                text = generated(release, wanted)
                with run.case(label + ": promtool"):
                    check_config(text)
                release.wait_ready()
                expect_scraped(release, wanted)
