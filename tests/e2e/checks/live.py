"""`promchart diff --live`: what it says of a cluster is what the cluster has, and what it says will restart does."""
import json
import os

import stack
from checks.accepted import settled
from framework import Failure, check, command, expect, wait_until

# Chart values that restart some pods, change a file that is reloaded, and make and remove objects.
CHANGED = {
    "server": {"retention": "20d"},
    "serverFiles": {"alerting_rules.yml": {"groups": [{"name": "live", "rules": [{"alert": "Live", "expr": "vector(1)", "labels": {"severity": "none"}}]}]}},
    "prometheus-pushgateway": {"extraArgs": ["--web.enable-admin-api"], "podDisruptionBudget": {"minAvailable": 1}},
    "alertmanager": {"serviceAccount": {"annotations": {"promchart-e2e": "live"}}},
}


def diff(release, *words, values=None, ok=(0, 1)):
    """The differences as JSON, of the release's values or others; its exit status is held against them."""
    values = values or release.values
    all_words = [stack.BINARY, "diff", "--release", release.name, "--namespace", release.namespace, "-f", "-", "--format", "json", *words]
    if os.environ.get("PROMCHART_CHART"):
        all_words += ["--chart", os.path.abspath(os.environ["PROMCHART_CHART"])]
    done = command(*all_words, stdin=json.dumps(values), cwd="/", ok=ok)
    found = json.loads(done.out)
    expect("messages of `promchart diff`", "", done.err.strip())
    expect("exit status of `promchart diff`", 1 if found["objects"] else 0, done.code)
    return found


def told(found):
    """Each object that differs, and each field of it: a line each."""
    lines = []
    for o in found["objects"]:
        name = "%s/%s" % (o["kind"], o["name"])
        lines += ["%s %s" % (o["change"], name)] if o["change"] != "changed" else []
        lines += ["%s %s %s: %s -> %s" % (f["change"], name, f["path"], json.dumps(f.get("old")), json.dumps(f.get("new"))) for f in o["fields"]]
    return sorted(lines)


def uids(release):
    """The pods of each workload that the release has in the cluster."""
    found = {}
    for o in release.objects():
        if o["kind"] in stack.WORKLOADS:
            labels = ",".join("%s=%s" % label for label in o["spec"]["selector"]["matchLabels"].items())
            pods = release.cluster.pods(release.namespace, labels)
            found["%s/%s" % (o["kind"], o["metadata"]["name"])] = sorted(p["metadata"]["uid"] for p in pods if not p["metadata"].get("deletionTimestamp"))
    return found


def by_hand(run, release):
    """Changes that somebody makes with kubectl: exactly those are told, and they are gone after the next apply."""
    kubectl = lambda *words, **how: run.cluster.kubectl(*words, "-n", release.namespace, **how)
    gateway, server = release.name + "-prometheus-pushgateway", release.name + "-prometheus-server"
    config = release.object("ConfigMap", server)["data"]["prometheus.yml"]
    kubectl("scale", "deployment", gateway, "--replicas=2")
    kubectl("patch", "configmap", server, "--type=merge", "-p", json.dumps({"data": {"prometheus.yml": config.replace("scrape_interval: 5s", "scrape_interval: 7s", 1)}}))
    kubectl("delete", "service", gateway)
    left = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "left", "labels": {"app.kubernetes.io/instance": release.name}}}
    kubectl("create", "-f", "-", stdin=json.dumps(left))
    expect("what differs", sorted([
        "added Service/%s" % gateway,
        "removed ConfigMap/left",
        "changed Deployment/%s spec.replicas: 2 -> 1" % gateway,
        'changed ConfigMap/%s data."prometheus.yml" > global.scrape_interval: "7s" -> "5s"' % server,
    ]), told(diff(release, "--live")))
    kubectl("delete", "configmap", "left")
    release.apply("--force-conflicts")
    settled(release)
    expect("what differs after the next apply", [], told(diff(release, "--live")))


def restarts(run, release):
    """New values: the same as between the two renders, and the pods that it says restart do, and no others."""
    values = stack.merged(release.values, CHANGED)
    old = release.render()
    with open(os.path.join(os.environ.get("TMPDIR", "/tmp"), "promchart-e2e-%d.yaml" % os.getpid()), "w", encoding="utf-8") as f:
        f.write(old)
    try:
        live, renders = diff(release, "--live", "--all", values=values), diff(release, "--against", f.name, "--all", values=values)
    finally:
        os.remove(f.name)
    with run.case("changed values: the same as between the two renders"):
        expect("what differs", told(renders), told(live))
        kinds = sorted({o["change"] for o in live["objects"]})
        expect("what happens to objects", ["added", "changed"], kinds)
    with run.case("changed values: the pods that it says restart do, and no others"):
        said = sorted("%s/%s" % (o["kind"], o["name"]) for o in live["objects"] if "restart" in o)
        before = uids(release)
        release.change(CHANGED)
        release.apply("--force-conflicts")
        release.wait_ready()

        def probe():
            after = uids(release)
            restarted = sorted(name for name in before if not set(before[name]) & set(after[name]))
            return restarted == said, {"said": said, "restarted": restarted}
        wait_until("the pods of what was said have been replaced, and of nothing else", probe, limit=30)
        if not said or len(said) == len(before):
            raise Failure("some pods restart and some do not", said)
        settled(release)
        expect("what differs then", [], told(diff(release, "--live")))


@check("live")
def live(run):
    """`promchart diff --live`: nothing after an apply, what was changed by hand, what new values change, and which pods restart."""
    with run.case("without a cluster it says so"):
        done = command("env", "KUBECONFIG=/dev/null", stack.BINARY, "diff", "--live", cwd="/", ok=(2,))
        expect("its message", "error: kubectl does not reach a cluster: ", done.err[:len("error: kubectl does not reach a cluster: ")])
    with run.release("live") as release:
        release.apply()
        with run.case("after an apply: nothing"):
            settled(release)
            expect("what differs", [], told(diff(release, "--live")))
        release.wait_ready()
        with run.case("changes by hand: exactly those"):
            by_hand(run, release)
        restarts(run, release)
