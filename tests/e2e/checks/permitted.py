"""What the service accounts may do: all that their components ask of the API, and no more."""
import json
import re
from concurrent.futures import ThreadPoolExecutor

from framework import check, expect, expect_that, wait_until
from stack import WORKLOADS

READ = ("get", "list", "watch")
# A role of Prometheus' discovery -> what it lists and watches (Prometheus, "kubernetes_sd_config").
ROLES = {
    "node": [("", "nodes")],
    "service": [("", "services")],
    "pod": [("", "pods")],
    "endpoints": [("", "endpoints"), ("", "services"), ("", "pods")],
    "endpointslice": [("discovery.k8s.io", "endpointslices"), ("", "services"), ("", "pods")],
    "ingress": [("networking.k8s.io", "ingresses")],
}
# What the server may read besides: that a user's own jobs can have any role, a kubelet's metrics be read, and, as with Helm's
# role, ConfigMaps and the ingresses of old.
SERVER_READS = {r for needs in ROLES.values() for r in needs} | {
    ("", "nodes/metrics"), ("", "ingresses"), ("", "configmaps"), ("networking.k8s.io", "ingresses/status")}
WRITES = [("", "pods"), ("apps", "deployments"), ("", "secrets"), ("", "configmaps"), ("rbac.authorization.k8s.io", "clusterroles"),
          ("rbac.authorization.k8s.io", "clusterrolebindings")]
FORBIDDEN = [(verb, group, resource) for group, resource in WRITES for verb in ("create", "update", "patch", "delete", "deletecollection")] + [
    ("create", "", "pods/exec"), ("get", "", "pods/exec"), ("create", "", "pods/attach"), ("create", "", "pods/portforward"),
    ("create", "", "pods/eviction"), ("create", "", "serviceaccounts/token"), ("get", "", "nodes/proxy"), ("create", "", "nodes/proxy"),
    ("get", "", "pods/log"), ("get", "", "secrets"),
    ("impersonate", "", "users"), ("impersonate", "", "groups"), ("impersonate", "", "serviceaccounts"),
    ("escalate", "rbac.authorization.k8s.io", "clusterroles"), ("bind", "rbac.authorization.k8s.io", "clusterroles"),
    ("escalate", "rbac.authorization.k8s.io", "roles"), ("bind", "rbac.authorization.k8s.io", "roles"),
    ("approve", "certificates.k8s.io", "signers"), ("*", "*", "*")]
NO_SECRETS = [(verb, "", "secrets") for verb in READ]


def words(question):
    """`list pods.apps`, as `kubectl auth can-i` is asked."""
    verb, group, what = question
    return "%s %s" % (verb, what + ("." + group if group else ""))


def may(cluster, account, questions, namespace=""):
    """question -> whether the account (namespace, name) may: in one namespace or, with "", in all. A question is (verb, group,
    resource), or (verb, None, path) for an address that is no resource."""
    def ask(question):
        verb, group, what = question
        spec = {"user": "system:serviceaccount:%s:%s" % account,
                "groups": ["system:serviceaccounts", "system:serviceaccounts:" + account[0], "system:authenticated"]}
        if group is None:
            spec["nonResourceAttributes"] = {"verb": verb, "path": what}
        else:
            resource, _, sub = what.partition("/")
            spec["resourceAttributes"] = {"verb": verb, "group": group, "resource": resource, "subresource": sub, "namespace": namespace}
        status = cluster.api("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                             {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec})["status"]
        return status["allowed"]
    questions = list(dict.fromkeys(questions))
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(questions, pool.map(ask, questions)))


def expect_may(cluster, account, questions, namespace=""):
    answers = may(cluster, account, questions, namespace)
    expect("what %s needs and may not do" % account[1], [], sorted(words((v, g or "", w)) for (v, g, w), yes in answers.items() if not yes))


def expect_may_not(cluster, account, questions):
    """Neither everywhere, nor in the account's namespace, nor in that of the cluster's own programs."""
    for namespace in ("", account[0], "kube-system"):
        answers = may(cluster, account, questions, namespace)
        expect("what %s may do and should not (in %s)" % (account[1], namespace or "all namespaces"), [],
               sorted(words(q) for q, yes in answers.items() if yes))


def rules(cluster, account, namespace):
    """All that RBAC lets an account do in a namespace: {(verb, group, resource, name)}, with group None for addresses."""
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    done = cluster.kubectl("create", "--validate=false", "-f", "-", "-o", "json", "--as", "system:serviceaccount:%s:%s" % account, "--as-group", "system:serviceaccounts",
                           "--as-group", "system:serviceaccounts:" + account[0], "--as-group", "system:authenticated", stdin=json.dumps(review))
    status = json.loads(done.out)["status"]
    found = {(v, g, r, n) for rule in status.get("resourceRules") or [] for v in rule["verbs"] for g in rule.get("apiGroups") or [""]
             for r in rule.get("resources") or [] for n in rule.get("resourceNames") or [""]}
    return found | {(v, None, u, "") for rule in status.get("nonResourceRules") or [] for v in rule["verbs"] for u in rule.get("nonResourceURLs") or []}


def expect_only(cluster, account, granted):
    """Beyond what an account without any role may, `account` may nothing but `granted`: questions as for `may`."""
    granted = {(*q, "") for q in granted}
    for namespace in (account[0], "kube-system"):
        more = rules(cluster, account, namespace) - rules(cluster, (account[0], "default"), namespace)
        expect("what %s may do beyond its need (in %s)" % (account[1], namespace), [], sorted(words((v, g or "", w)) for v, g, w, _ in more - granted))


def account_of(release, component):
    """(namespace, name) of the service account that a component's pods run as; it is one of the release's."""
    found = {o["spec"]["template"]["spec"].get("serviceAccountName", "default") for o in release.objects() if o["kind"] in WORKLOADS
             and component in [o["metadata"]["labels"].get("app.kubernetes.io/" + k) for k in ("component", "name")]}
    expect("service accounts of " + component, 1, len(found))
    release.object("ServiceAccount", name=list(found)[0])
    return release.namespace, found.pop()


def discovery_roles(release):
    """The roles of discovery in the rendered prometheus.yml, and whether it asks about the nodes of what it finds."""
    text = next(o["data"]["prometheus.yml"] for o in release.objects() if o["kind"] == "ConfigMap" and "prometheus.yml" in (o.get("data") or {}))
    roles = set(re.findall(r"^[\s-]*role: *[\"']?(\w+)", text, re.M))
    expect("roles of discovery that this check does not know", [], sorted(roles - set(ROLES)))
    expect_that("the default jobs discover endpoint slices, nodes, services and pods", {"endpointslice", "node", "service", "pod"} <= roles, sorted(roles))
    return roles


def collectors(release):
    """The collectors that kube-state-metrics is told to run."""
    args = [a for c in release.object("Deployment", component="kube-state-metrics")["spec"]["template"]["spec"]["containers"] for a in c.get("args") or []]
    found = [a.split("=", 1)[1].split(",") for a in args if a.startswith("--resources=")]
    expect("arguments --resources", 1, len(found))
    return found[0]


def collector_needs(cluster, names):
    """list and watch of each collector's resource, in the group in which the API server has it."""
    groups = {}
    for (gv, _), (_, plural, _) in cluster.kinds().items():
        groups.setdefault(plural, []).append(gv.rpartition("/")[0])
    # a name that several groups have, such as events, or pods beside metrics.k8s.io's: the core's comes first, then what Kubernetes itself has
    home = {name: sorted(set(groups.get(name, [])), key=lambda g: (g != "", "." in g and not g.endswith(".k8s.io"), g == "metrics.k8s.io", g)) for name in names}
    expect("collectors for which the API server serves nothing", [], sorted(n for n, g in home.items() if not g))
    return [(verb, home[name][0], name) for name in names for verb in ("list", "watch")]


def server_needs(roles):
    return [(verb, *what) for role in roles for what in ROLES[role] for verb in ("list", "watch")] + [
        # the jobs for nodes ask each kubelet, which asks the API server about the caller
        ("get", "", "nodes/metrics"), ("get", None, "/metrics")]


@check("permitted")
def permitted(run):
    """Each service account may what its component asks of the API, and no more; Prometheus discovers with its own."""
    cluster = run.cluster
    with run.case("defaults"), run.release("permitted") as release:
        release.apply()
        release.wait_ready()
        accounts = {c: account_of(release, c) for c in ("server", "kube-state-metrics", "alertmanager", "prometheus-node-exporter", "prometheus-pushgateway")}
        expect("service accounts rendered", sorted(name for _, name in accounts.values()),
               sorted(o["metadata"]["name"] for o in release.objects() if o["kind"] == "ServiceAccount"))

        server = accounts["server"]
        with run.case("server: its discovery and its jobs"):
            expect_may(cluster, server, server_needs(discovery_roles(release)))
        with run.case("server: no more"):
            expect_may_not(cluster, server, FORBIDDEN + NO_SECRETS)
            expect_only(cluster, server, {(v, *r) for r in SERVER_READS for v in READ} | {("get", None, "/metrics")})

        ksm = accounts["kube-state-metrics"]
        with run.case("kube-state-metrics: its collectors"):
            needs = collector_needs(cluster, collectors(release))
            expect_may(cluster, ksm, needs)
            run.say("%d collectors, %d of the API's groups" % (len(needs) // 2, len({g for _, g, _ in needs})))
        with run.case("kube-state-metrics: no more"):
            needs = collector_needs(cluster, collectors(release))
            expect_may_not(cluster, ksm, [q for q in FORBIDDEN + NO_SECRETS if q not in needs])
            expect_only(cluster, ksm, needs)

        for component in ("alertmanager", "prometheus-node-exporter", "prometheus-pushgateway"):
            with run.case(component + ": nothing"):
                expect_may_not(cluster, accounts[component], FORBIDDEN + NO_SECRETS + server_needs(["pod", "node"])[:-1])
                expect_only(cluster, accounts[component], [])

        with run.case("Prometheus discovers with its own token"):
            expect_own_token(release, server)

    # Needs only objects, not pods: kube-state-metrics without a collector that lists Secrets, and with one more.
    chosen = ["pods", "deployments", "endpoints"]
    with run.case("few collectors"), run.release("permitted-few", values={"kube-state-metrics": {"collectors": chosen}}) as release:
        release.apply()
        ksm = account_of(release, "kube-state-metrics")
        expect("collectors", sorted(chosen), sorted(collectors(release)))
        needs = collector_needs(cluster, chosen)
        expect_may(cluster, ksm, needs)
        expect_may_not(cluster, ksm, FORBIDDEN + NO_SECRETS + [(v, "", "configmaps") for v in READ])
        expect_only(cluster, ksm, needs)


def expect_own_token(release, account):
    """Without its ClusterRoleBinding Prometheus finds nothing and is told that its service account may not; with it, it finds all again."""
    cluster = release.cluster
    binding = next(o for o in release.objects() if o["kind"] == "ClusterRoleBinding" and account[1] in [s["name"] for s in o["subjects"]])
    user = "system:serviceaccount:%s:%s" % account

    def pod():
        return release.pods("server")[0]["metadata"]["name"]

    def jobs():
        """job -> how many targets it has by discovery: those with the labels that discovery sets"""
        out = {}
        for t in release.prometheus("targets?state=active", pod())["activeTargets"]:
            if any(k.startswith("__meta_kubernetes_") for k in t["discoveredLabels"]):
                out[t["labels"]["job"]] = out.get(t["labels"]["job"], 0) + 1
        return out

    wanted = {"kubernetes-api-servers", "kubernetes-nodes", "kubernetes-nodes-cadvisor", "kubernetes-service-endpoints", "prometheus-pushgateway"}
    wait_until("targets of %s are discovered" % ", ".join(sorted(wanted)), lambda: (wanted <= set(jobs()), jobs()))
    cluster.api("DELETE", cluster.path(binding))
    try:
        # watches that are open go on: the next pod has to ask anew
        old = pod()
        cluster.api("DELETE", "/api/v1/namespaces/%s/pods/%s" % (release.namespace, old))
        wait_until("the server's pod is replaced", lambda: (bool(release.pods("server")) and pod() != old, old))
        release.wait_ready()

        def told():
            log = cluster.kubectl("logs", "-n", release.namespace, pod(), "-c", "prometheus-server").out
            lines = [x for x in log.splitlines() if "forbidden" in x and user in x]
            kinds = {k for k in ("endpointslices", "nodes", "pods", "services") if any("cannot list resource" in x and k in x for x in lines)}
            return kinds == {"endpointslices", "nodes", "pods", "services"}, {"told to be forbidden": sorted(kinds), "last lines": log.splitlines()[-3:]}
        wait_until("Prometheus logs that %s is forbidden to list each kind of its discovery" % user, told)
        expect("targets discovered without the ClusterRoleBinding", {}, jobs())

        def counted():
            seen = release.query("prometheus_sd_kubernetes_failures_total > 0", pod())
            return bool(seen), "prometheus_sd_kubernetes_failures_total is 0"
        wait_until("prometheus_sd_kubernetes_failures_total counts what was refused", counted)
    finally:
        release.apply()
    wait_until("with the ClusterRoleBinding, targets are discovered again", lambda: (wanted <= set(jobs()), jobs()))
