"""Drains and network policies: an eviction is refused while another pod is away, and each selector means the pods of its workload."""
import contextlib
import urllib.parse

from framework import Failure, Refused, check, expect, expect_that, wait_until
from stack import WORKLOADS

# Every budget and every policy that the values can ask for.
ALL = {
    "networkPolicy": {"enabled": True},
    "server": {"podDisruptionBudget": {"enabled": True}},
    "alertmanager": {"podDisruptionBudget": {"maxUnavailable": 1}},
    "kube-state-metrics": {"networkPolicy": {"enabled": True}, "podDisruptionBudget": {"maxUnavailable": 1}},
    "prometheus-node-exporter": {"networkPolicy": {"enabled": True}},
    "prometheus-pushgateway": {"networkPolicy": {"allowAll": True}, "podDisruptionBudget": {"maxUnavailable": 1}},
}
BUDGETS = {"e2e-prometheus-server", "e2e-alertmanager", "e2e-kube-state-metrics", "e2e-prometheus-pushgateway"}
# A policy's name -> the workload around whose pods it is.
POLICIES = {
    "e2e-prometheus-server": "e2e-prometheus-server",
    "e2e-kube-state-metrics": "e2e-kube-state-metrics",
    "e2e-prometheus-node-exporter": "e2e-prometheus-node-exporter",
    "ingress-allow-all-prometheus-pushgateway": "e2e-prometheus-pushgateway",
}

# The other release in the namespace. Without the node exporter, whose port is the node's; and without the pushgateway's
# policy, whose name, as Helm's, does not tell the release: the second would take it from the first.
BESIDE = {**ALL, "prometheus-node-exporter": {"enabled": False}, "prometheus-pushgateway": {"podDisruptionBudget": {"maxUnavailable": 1}}}


def names(pods):
    return sorted(p["metadata"]["name"] for p in pods)


def there(pods):
    return [p for p in pods if not p["metadata"].get("deletionTimestamp")]


def selector_text(selector):
    """A label selector as the API takes it in an address."""
    expect_that("a selector that names labels: an empty one means every pod", selector.get("matchLabels") or selector.get("matchExpressions"), selector)
    words = ["%s=%s" % p for p in (selector.get("matchLabels") or {}).items()]
    for e in selector.get("matchExpressions") or []:
        form = {"In": "%s in (%s)", "NotIn": "%s notin (%s)", "Exists": "%s%s", "DoesNotExist": "!%s%s"}[e["operator"]]
        words.append(form % (e["key"], ",".join(e.get("values") or [])))
    return ",".join(words)


def selected(release, selector):
    """The pods that the API server gives for a selector, in the release's namespace."""
    return there(release.cluster.pods(release.namespace, selector_text(selector)))


def workload_pods(release, name):
    """The pods that belong to the workload of this name: by owner, not by labels."""
    workload = release.cluster.live(next(o for o in release.objects() if o["kind"] in WORKLOADS and o["metadata"]["name"] == name))
    owners = {workload["metadata"]["uid"]}
    if workload["kind"] == "Deployment":
        sets = release.cluster.items("/apis/apps/v1/namespaces/%s/replicasets" % release.namespace)
        owners |= {s["metadata"]["uid"] for s in sets for r in s["metadata"].get("ownerReferences") or [] if r["uid"] in owners}
    pods = there(release.cluster.pods(release.namespace))
    return [p for p in pods for r in p["metadata"].get("ownerReferences") or [] if r["uid"] in owners]


def expect_selects(release, what, selector, workload):
    """The selector gives the pods of the workload, all of them and no other."""
    def probe():
        wanted = names(workload_pods(release, workload))
        return bool(wanted), "no pod"
    wait_until("pods of %s exist" % workload, probe)
    wanted, seen = names(workload_pods(release, workload)), names(selected(release, selector))
    expect("pods that %s selects" % what, wanted, seen)


def expect_apart(release, budgets):
    """No pod is in two budgets: the eviction API refuses such a pod for good."""
    found = {}
    for b in budgets:
        for name in names(selected(release, b["spec"]["selector"])):
            found.setdefault(name, []).append(b["metadata"]["name"])
    expect("pods in more than one budget", {}, {n: b for n, b in found.items() if len(b) > 1})


def expect_ports(release, policy, workload):
    """A policy lets in to ports that the pods have, and to those that the services lead to."""
    pods = workload_pods(release, workload)
    have = {}
    for pod in pods:
        for c in pod["spec"]["containers"]:
            for p in c.get("ports") or []:
                have[p["containerPort"]] = have[p.get("name") or p["containerPort"]] = p["containerPort"]
    rules = policy["spec"].get("ingress") or []
    asked = [p["port"] for r in rules for p in r.get("ports") or []]
    expect("ports in %s that no container has" % policy["metadata"]["name"], [], [p for p in asked if p not in have])
    services = [s for s in release.objects() if s["kind"] == "Service" and s["spec"].get("selector")
                and s["spec"]["selector"].items() <= pods[0]["metadata"]["labels"].items()]
    expect_that("a service leads to the pods of %s" % workload, services, [s["metadata"]["name"] for s in services])
    targets = {have.get(p.get("targetPort", p["port"]), p.get("targetPort", p["port"])) for s in services for p in s["spec"]["ports"]}
    everything = any(not r.get("ports") for r in rules)
    expect("ports of services that %s shuts" % policy["metadata"]["name"], [], sorted(map(str, targets - {have[p] for p in asked}) if not everything else []))


@contextlib.contextmanager
def cordoned(cluster):
    """No node takes a pod for the time of a `with` block, so that what goes stays away."""
    def mark(name, value):
        cluster.api("PATCH", "/api/v1/nodes/" + name, {"spec": {"unschedulable": value}}, "application/merge-patch+json")
    nodes = [n["metadata"]["name"] for n in cluster.items("/api/v1/nodes") if not n["spec"].get("unschedulable")]
    try:
        for n in nodes:
            mark(n, True)
        yield
    finally:
        for n in nodes:
            mark(n, None)


def evict(release, pod):
    """The status of the eviction API's answer, and its message."""
    try:
        release.cluster.api("POST", "/api/v1/namespaces/%s/pods/%s/eviction" % (release.namespace, urllib.parse.quote(pod)),
                            {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": release.namespace}})
        return 201, "evicted"
    except Refused as e:
        return e.status, str(e)


def expect_guarded(release, budget, component, count):
    """One pod may go; the next may not while the first is away, nor once its successor waits for a node; then it may."""
    cluster, name = release.cluster, budget["metadata"]["name"]

    def settled(healthy):
        # how many may go is for the evictions to show
        def probe():
            live = cluster.live(budget)
            s = live["status"]
            return s.get("observedGeneration") == live["metadata"]["generation"] and (s.get("expectedPods"), s.get("currentHealthy")) == (count, healthy), s
        wait_until("the budget %s counts %d pods, %d of them healthy" % (name, count, healthy), probe, 120)

    def expect_refused(pod, when):
        status, message = evict(release, pod)
        expect_that("the eviction of %s is refused (429) %s" % (pod, when), status == 429, "%s: %s" % (status, message))
        expect_that("the refusal names the disruption budget", "disruption budget" in message, message)

    settled(count)
    pods = {p["metadata"]["name"]: p["metadata"]["uid"] for p in release.pods(component)}
    expect("pods of " + component, count, len(pods))
    first, *others = sorted(pods)
    with cordoned(cluster):
        status, message = evict(release, first)
        expect_that("the first eviction (%s) is granted" % first, status == 201, "%s: %s" % (status, message))
        for pod in others:
            expect_refused(pod, "a moment after that of " + first)

        def away():
            live = {p["metadata"]["name"]: p for p in cluster.pods(release.namespace) if p["metadata"]["name"] in pods}
            seen = live.get(first)
            gone = seen is None or seen["metadata"]["uid"] != pods[first]
            return gone, "%s is still there" % first
        wait_until("%s is gone" % first, away)
        settled(count - 1)
        for pod in others:
            expect_refused(pod, "while %s is away" % first)
        left = {p["metadata"]["name"]: p["metadata"]["uid"] for p in release.pods(component)}
        expect("pods that are still the same", {o: pods[o] for o in others}, {o: left.get(o) for o in others})
    release.wait_ready()
    settled(count)
    status, message = evict(release, others[0])
    expect_that("with all pods back, the eviction of %s is granted" % others[0], status == 201, "%s: %s" % (status, message))
    release.wait_ready()


@check("guarded")
def guarded(run):
    """Evictions keep to the budgets of prod; budgets and network policies select the pods of their workloads."""
    with run.case("prod"), run.release("guarded-prod", env="prod") as release:
        release.apply()
        release.wait_ready()
        budgets = {o["metadata"]["name"]: o for o in release.objects() if o["kind"] == "PodDisruptionBudget"}
        expect("budgets of prod", ["e2e-alertmanager", "e2e-prometheus-server"], sorted(budgets))
        with run.case("prod: budgets select their pods"):
            for name, b in budgets.items():
                expect_selects(release, name, b["spec"]["selector"], name)
            expect_apart(release, budgets.values())
        with run.case("prod: network policy"):
            policies = [o for o in release.objects() if o["kind"] == "NetworkPolicy"]
            expect("network policies of prod", ["e2e-prometheus-server"], [p["metadata"]["name"] for p in policies])
            expect_policy(release, policies[0])
        for component, name, count in (("server", "e2e-prometheus-server", 2), ("alertmanager", "e2e-alertmanager", 3)):
            with run.case("prod: evictions of " + component):
                if name not in budgets:
                    raise Failure("a budget " + name, sorted(budgets))
                expect_guarded(release, budgets[name], component, count)

    # Beside another release in the same namespace, which no selector may reach.
    with run.case("all budgets and policies"), run.release("guarded-all", values=ALL) as release:
        release.apply()
        with run.release("guarded-beside", values=BESIDE, release="beside", namespace=release.namespace) as beside:
            beside.apply()
            objects = release.objects()
            budgets = {o["metadata"]["name"]: o for o in objects if o["kind"] == "PodDisruptionBudget"}
            policies = {o["metadata"]["name"]: o for o in objects if o["kind"] == "NetworkPolicy"}
            expect("budgets", sorted(BUDGETS), sorted(budgets))
            expect("network policies", sorted(POLICIES), sorted(policies))
            for name, b in sorted(budgets.items()):
                with run.case("budget " + name):
                    expect_selects(release, name, b["spec"]["selector"], name)
            with run.case("no pod in two budgets"):
                expect_apart(release, list(budgets.values()) + [o for o in beside.objects() if o["kind"] == "PodDisruptionBudget"])
            for name, p in sorted(policies.items()):
                with run.case("network policy " + name):
                    expect_policy(release, p)


def expect_policy(release, policy):
    """The API server took the policy; it selects its workload's pods, and lets in to what they serve."""
    name = policy["metadata"]["name"]
    live = release.cluster.live(policy)
    expect_that("the network policy %s is in the cluster" % name, live is not None, "it is not")
    expect("podSelector of %s as rendered" % name, policy["spec"]["podSelector"], live["spec"]["podSelector"])
    expect_that("%s is about traffic in" % name, "Ingress" in live["spec"]["policyTypes"], live["spec"]["policyTypes"])
    expect_selects(release, name, live["spec"]["podSelector"], POLICIES[name])
    expect_ports(release, live, POLICIES[name])
