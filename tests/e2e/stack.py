"""A release of the chart in a namespace of its own: rendered, applied, waited for, asked."""
import json
import os
import urllib.parse

from framework import LIMIT, Failure, Refused, Skip, command, expect, text_of, wait_until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("PROMCHART") or os.path.join(ROOT, "target", "release", "promchart"))
# Targets are scraped and rules evaluated often, so that nobody waits; the interval is no less real.
QUICK = {"server": {"global": {"scrape_interval": "5s", "scrape_timeout": "4s", "evaluation_interval": "3s"}}}
# The Secret that the values of staging and prod want, with addresses that lead nowhere.
CREDENTIALS = {"slack-url": "http://127.0.0.1:9/slack", "smtp-password": "none", "pagerduty-key": "none"}
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName")


def merged(a, b):
    """Two trees of values, the second over the first."""
    if isinstance(a, dict) and isinstance(b, dict):
        return {k: merged(a[k], b[k]) if k in a and k in b else b[k] if k in b else a[k] for k in {**a, **b}}
    return b


def render(release, namespace, env=None, values=None, args=(), form="yaml"):
    """What `promchart render` prints with these values; fails where it refuses them or warns."""
    words = [BINARY, "render", "--release", release, "--namespace", namespace, "-o", form]
    # PROMCHART_CHART: another chart than the built-in one, for who works on the templates
    if os.environ.get("PROMCHART_CHART"):
        words += ["--chart", os.path.abspath(os.environ["PROMCHART_CHART"])]
    if env:
        words += ["--env", env]
    if values:
        words += ["--values", "-"]
    # Not from a chart's folder: promchart says there that it renders the built-in chart.
    done = command(*words, *args, stdin=json.dumps(values) if values else None, cwd="/")
    expect("messages of `promchart render`", "", done.err.strip())
    return done.out


class Release:
    """`with Release(cluster, "name", env="prod", values={...}) as r:` makes the namespace promchart-e2e-NAME, and in the end removes it
    and what the release has outside of it. `values` and `env` can be changed between two `apply`.

    namespace: in a namespace that is somebody else's to make and to remove; release: the release's name."""

    def __init__(self, cluster, name, env=None, values=None, args=(), release=None, namespace=None, quick=True):
        self.cluster, self.env, self.args = cluster, env, tuple(args)
        self.values = merged(QUICK, values or {}) if quick else dict(values or {})
        self.name = release or "e2e"
        self.own = namespace is None
        self.namespace = namespace or "promchart-e2e-" + name
        self.outside = {}  # objects without a namespace, and those in others, by their address

    def __enter__(self):
        if self.own:
            self.cluster.make_namespace(self.namespace)
        if self.env in ("staging", "prod"):
            self.cluster.api("POST", "/api/v1/namespaces/%s/secrets" % self.namespace,
                             {"metadata": {"name": "alertmanager-credentials"}, "stringData": CREDENTIALS})
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Failure):
            troubles = self.cluster.troubles(self.namespace)
            if troubles:
                error.seen = "\n".join([text_of(error.seen)] + troubles)
        for path in self.outside:
            try:
                self.cluster.api("DELETE", path)
            except Refused:
                pass
        if self.own:
            self.cluster.remove_namespace(self.namespace)

    # -------- rendering and applying
    def change(self, values):
        """Puts further values over those there are, for the next `apply`."""
        self.values = merged(self.values, values)

    def render(self, form="yaml", args=()):
        return render(self.name, self.namespace, self.env, self.values, self.args + tuple(args), form)

    def objects(self):
        """The rendered objects."""
        return json.loads(self.render("json"))["items"]

    def object(self, kind, name=None, component=None):
        """The one rendered object of a kind with this name, or with this in app.kubernetes.io/component or /name."""
        found = [o for o in self.objects() if o["kind"] == kind and (name is None or o["metadata"]["name"] == name) and (
            component is None or component in [o["metadata"]["labels"].get("app.kubernetes.io/" + k) for k in ("component", "name")])]
        expect("objects of kind %s (%s)" % (kind, name or component), 1, len(found))
        return found[0]

    def apply(self, *flags, server_side=True):
        """`promchart render | kubectl apply`; fails where anything is refused or warned about. Gives what kubectl did."""
        for o in self.objects():
            if (o["metadata"].get("namespace") or "") != self.namespace:
                self.outside[self.cluster.path(o)] = o
        done = self.cluster.kubectl("apply", "-n", self.namespace, *(["--server-side"] if server_side else []), *flags, "-f", "-", stdin=self.render())
        expect("warnings of kubectl apply", [], done.warnings)
        return done

    # -------- what runs
    def pods(self, component):
        """The live pods of a component: server, alertmanager, kube-state-metrics, prometheus-node-exporter, prometheus-pushgateway."""
        key = "component=server" if component == "server" else "name=" + component
        pods = self.cluster.pods(self.namespace, "app.kubernetes.io/instance=%s,app.kubernetes.io/%s" % (self.name, key))
        return sorted((p for p in pods if not p["metadata"].get("deletionTimestamp")), key=lambda p: p["metadata"]["name"])

    def lacks_image(self, component):
        """The reason why the pods of a component cannot start for want of their image, or None once one runs."""
        def probe():
            states = [c for p in self.pods(component) for c in p["status"].get("containerStatuses") or []]
            for c in states:
                waiting = c["state"].get("waiting") or {}
                if waiting.get("reason") in NO_IMAGE:
                    return True, "%s: %s" % (waiting["reason"], waiting.get("message") or c["image"])
                if c["ready"]:
                    return True, None
            return False, [c["state"] for c in states]
        return wait_until("a pod of %s starts, or its image is missing" % component, probe)

    def runs_kube_state_metrics(self):
        """Whether kube-state-metrics runs; found out once for the cluster."""
        notes = self.cluster.notes
        if "kube-state-metrics" not in notes:
            notes["kube-state-metrics"] = self.lacks_image("kube-state-metrics")
        return notes["kube-state-metrics"] is None

    def wait_ready(self, limit=LIMIT):
        """Until every workload has rolled out and all its pods are ready (kube-state-metrics aside where it has no image)."""
        wanted = [o for o in self.objects() if o["kind"] in WORKLOADS]

        def state(o):
            live = self.cluster.get(self.cluster.path(o))
            s, spec = live["status"], live["spec"]
            if s.get("observedGeneration", 0) < live["metadata"]["generation"]:
                return False, "not observed yet"
            if o["kind"] == "DaemonSet":
                want = s.get("desiredNumberScheduled", 0)
                have = (s.get("updatedNumberScheduled", 0), s.get("numberAvailable", 0))
                total = s.get("currentNumberScheduled", 0)
            else:
                want = spec.get("replicas", 1)
                have = (s.get("updatedReplicas", 0), s.get("readyReplicas", 0))
                total = s.get("replicas", 0)
            done = have == (want, want) and total == want and (want > 0 or o["kind"] != "DaemonSet")
            return done, "%d of %d updated, %d ready, %d in all" % (have[0], want, have[1], total)

        def probe():
            bad = {}
            for o in wanted:
                done, seen = state(o)
                if not done:
                    if o["metadata"]["labels"].get("app.kubernetes.io/name") == "kube-state-metrics" and not self.runs_kube_state_metrics():
                        continue
                    bad["%s/%s" % (o["kind"], o["metadata"]["name"])] = seen
            return not bad, bad
        try:
            wait_until("all workloads of the release are ready", probe, limit)
        except Failure:
            for p in self.cluster.pods(self.namespace):
                for c in p["status"].get("conditions") or []:
                    if c["type"] == "PodScheduled" and "Insufficient" in c.get("message", ""):
                        raise Skip("the cluster is too small: %s: %s" % (p["metadata"]["name"], c["message"]))
            raise

    # -------- asking
    def prometheus(self, path, pod=None, method="GET"):
        """Data that Prometheus' API gives for a path behind /api/v1/; of one pod, or by the service."""
        where = (pod, 9090) if pod else (self.name + "-prometheus-server", 80)
        answer = self.cluster.http_json(self.namespace, *where, "/api/v1/" + path, method=method, of="pods" if pod else "services")
        expect("status of " + path, "success", answer["status"])
        return answer["data"]

    def query(self, promql, pod=None, at=None):
        """The result of an instant query: a list of {"metric", "value"}."""
        more = {} if at is None else {"time": at}
        return self.prometheus("query?" + urllib.parse.urlencode({"query": promql, **more}), pod)["result"]

    def alertmanager(self, path, pod=None):
        """What Alertmanager's API gives for a path behind /api/v2/."""
        return self.cluster.http_json(self.namespace, pod or self.name + "-alertmanager", 9093, "/api/v2/" + path, of="pods" if pod else "services")

    def push(self, job, text):
        """Pushes metrics to the pushgateway."""
        status, answer = self.cluster.http(self.namespace, self.name + "-prometheus-pushgateway", 9091, "/metrics/job/" + job,
                                           method="PUT", body=text.encode(), kind="text/plain")
        expect("status of a push (%s)" % answer.strip()[:200], True, status in (200, 202))
