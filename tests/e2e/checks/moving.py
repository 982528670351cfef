"""Moving over from Helm: what Helm made is taken over in place, with its volumes and their data."""
import contextlib
import json
import os
import time

import stack
from checks.accepted import identity, rendered
from framework import Failure, Refused, Skip, check, expect, expect_that, wait_until

# Case, the Helm that installs it, and whether Helm's fields are handed over first, as docs/moving-from-helm.md says. The server is a Deployment
# with a claim of its own, then a StatefulSet; the pushgateway is one in the third; Alertmanager in all.
CASES = (("flags/flags.default", 3, True), ("leaf/server.server.statefulSet.enabled", 3, False), ("leaf/prometheus-pushgateway.runAsStatefulSet", 4, True))
# What may differ in a pod's template: labels that name chart, version and manager, and annotations that make pods follow their configuration.
LABELS = ("helm.sh/chart", "app.kubernetes.io/version", "app.kubernetes.io/managed-by")
LEFT = "meta.helm.sh/release-name"
MARK = "promchart-e2e-mark"


class Moved(stack.Release):
    """A release that Helm's objects make first: namespace and name are the case's, and what is removed in the end are its objects."""

    def __init__(self, cluster, folder):
        self.folder = folder
        self.ours, self.case, error = rendered(folder)
        if self.ours is None:
            raise Failure("promchart renders the case", error)
        super().__init__(cluster, "", release=self.case["release"], namespace=self.case["namespace"], quick=False)
        self.helm = os.path.join(folder, "expected.yaml")
        self.claims = []

    def __enter__(self):
        there = self.cluster.kubectl("get", "-n", self.namespace, "-f", self.helm, "--ignore-not-found", "-o", "name").out.split()
        if there:
            raise Skip("the namespace %s has objects of a release %s already: %s" % (self.namespace, self.name, ", ".join(there)))
        return self

    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        for o in self.ours:
            with contextlib.suppress(Refused):
                self.cluster.api("DELETE", self.cluster.path(o, self.namespace))
        self.cluster.kubectl("delete", "-n", self.namespace, "-f", self.helm, "--ignore-not-found", "--wait=false", ok=None)
        # claims that a StatefulSet made outlive it
        base = "/api/v1/namespaces/%s/" % self.namespace
        label = "?labelSelector=app.kubernetes.io/instance%3D" + self.name
        for c in self.cluster.items(base + "persistentvolumeclaims" + label):
            with contextlib.suppress(Refused):
                self.cluster.api("DELETE", base + "persistentvolumeclaims/" + c["metadata"]["name"])
        wait_until("the pods and claims of the case are gone", lambda: (
            not self.cluster.items(base + "pods" + label) and not self.cluster.items(base + "persistentvolumeclaims" + label), "some are left"))

    def objects(self):
        return self.ours

    def apply_helm(self, version):
        """What Helm rendered, as Helm 3 (plain requests) or Helm 4 (server-side) gives it to the cluster; the live objects by their identity."""
        kubectl = lambda *words: self.cluster.kubectl(*words, "-n", self.namespace, "--field-manager=helm", "-f", self.helm)
        if version == 3:
            kubectl("create")
            kubectl("annotate", LEFT + "=" + self.name)
        else:
            kubectl("apply", "--server-side")
        return {identity(o): o for o in self.live_objects()}

    def live_objects(self):
        made = self.cluster.kubectl_json("get", "-n", self.namespace, "--show-managed-fields", "-f", self.helm)
        return made.get("items", [made])

    def hand_over(self):
        """Makes Helm's fields kubectl's, as an earlier apply of ours would have."""
        def probe():
            objects = self.live_objects()
            for o in objects:
                for f in o["metadata"]["managedFields"]:
                    if f["manager"] == "helm":
                        f.update(manager="kubectl", operation="Apply")
            done = self.cluster.kubectl("replace", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}), ok=None)
            return done.code == 0, done.err  # a controller may have changed one meanwhile
        wait_until("Helm's fields are handed over", probe)

    def apply(self, *flags):
        """Ours over it; flags: what kubectl needs to take fields that are another's."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": self.ours})
        done = self.cluster.kubectl("apply", "-n", self.namespace, "--server-side", *flags, "-f", "-", stdin=text)
        expect("warnings of kubectl apply", [], done.warnings)
        return done

    def server_claim(self):
        """The claim that the server's pod writes to."""
        pod = self.pods("server")[0]
        name = next(v["persistentVolumeClaim"]["claimName"] for v in pod["spec"]["volumes"] if "persistentVolumeClaim" in v)
        return pod, self.cluster.get("/api/v1/namespaces/%s/persistentvolumeclaims/%s" % (self.namespace, name))

    def file(self, write=None):
        """Writes a file into the server's volume, or reads it back."""
        pod, claim = self.server_claim()
        container = "prometheus-server"
        if self.cluster.can_exec(self.namespace, pod["metadata"]["name"], container) is True:
            script = "cat > /data/" + MARK if write else "cat /data/" + MARK
            return self.cluster.kubectl("exec", "-i", "-n", self.namespace, pod["metadata"]["name"], "-c", container, "--", "sh", "-c", script, stdin=write or "").out
        volume = self.cluster.get("/api/v1/persistentvolumes/" + claim["spec"]["volumeName"])
        folder = (volume["spec"].get("hostPath") or volume["spec"].get("local") or {}).get("path", "")
        if not os.path.isdir(folder):
            raise Skip("the server's volume cannot be written from here")
        with open(os.path.join(folder, MARK), "w" if write else "r", encoding="utf-8") as f:
            return f.write(write) and "" if write else f.read()


def bare(template):
    """A pod's template without what may differ."""
    t = json.loads(json.dumps(template))
    meta = t["metadata"]
    meta["labels"] = {k: v for k, v in (meta.get("labels") or {}).items() if k not in LABELS}
    meta["annotations"] = {k: v for k, v in (meta.get("annotations") or {}).items() if not k.startswith("checksum/")}
    return t


def revisions(release, o):
    """How many templates a workload has had: its ReplicaSets or ControllerRevisions."""
    plural = "replicasets" if o["kind"] == "Deployment" else "controllerrevisions"
    items = release.cluster.items("/apis/apps/v1/namespaces/%s/%s" % (o["metadata"]["namespace"], plural))
    return len([i for i in items if any(w["uid"] == o["metadata"]["uid"] for w in i["metadata"].get("ownerReferences") or [])])


def claims(release):
    found = release.cluster.items("/api/v1/namespaces/%s/persistentvolumeclaims?labelSelector=app.kubernetes.io/instance%%3D%s" % (release.namespace, release.name))
    return {c["metadata"]["name"]: (c["metadata"]["uid"], c["spec"]["volumeName"]) for c in found}


def take_over(run, label, release, version, hand_over):
    before = release.apply_helm(version)
    release.wait_ready()
    expect_that("Helm made what we render", bool(set(before) & {identity(o) for o in release.ours}), sorted(before))
    held, asked = claims(release), None
    expect_that("the stack has volumes", bool(held), held)
    with run.case(label + ": a file on the server's volume"):
        release.file(write=label)

    def sample():
        seen = release.query("prometheus_build_info")
        return bool(seen), seen
    wait_until("Prometheus has scraped itself", sample)
    asked = time.time()
    old = release.query("prometheus_build_info", at=asked)

    force = [] if hand_over else ["--force-conflicts"]
    if hand_over:
        release.hand_over()
    release.apply(*force)
    release.wait_ready()

    with run.case(label + ": no object is deleted or made again"):
        missing = sorted(set(before) - {identity(o) for o in release.ours})
        expect("objects of Helm's that we do not render", [], missing)
        after = {name: release.cluster.live(o) for name, o in before.items()}
        expect("objects that are gone", [], [name for name, o in after.items() if o is None])
        expect("objects with another uid", [], [name for name, o in after.items() if o["metadata"]["uid"] != before[name]["metadata"]["uid"]])
        expect("services with another address", [], [name for name, o in after.items() if o["kind"] == "Service" and o["spec"]["clusterIPs"] != before[name]["spec"]["clusterIPs"]])
        expect("claims (uid, volume)", held, claims(release))
    after = {name: release.cluster.live(o) for name, o in before.items()}

    with run.case(label + ": pods restart at most once, for labels and checksums alone"):
        workloads = [name for name, o in after.items() if o["kind"] in stack.WORKLOADS]
        differing = {name: (bare(before[name]["spec"]["template"]), bare(after[name]["spec"]["template"])) for name in workloads}
        expect("pod templates that differ in more", {}, {name: both for name, both in differing.items() if both[0] != both[1]})
        many = {name: revisions(release, after[name]) for name in workloads}
        expect("workloads with more than two revisions", {}, {name: n for name, n in many.items() if n > 2})
        again = {p["metadata"]["name"]: c["restartCount"] for p in run.cluster.pods(release.namespace, "app.kubernetes.io/instance=" + release.name)
                 if not p["metadata"].get("deletionTimestamp") for c in p["status"].get("containerStatuses") or [] if c["restartCount"]}
        expect("containers that were started again within their pod", {}, again)

    with run.case(label + ": the data is still there"):
        expect("a sample from before, asked for at its time", old, release.query("prometheus_build_info", at=asked))
        expect("the file written before", label, release.file())

    with run.case(label + ": Helm's fields"):
        # handed over, they are ours: what we do not write is gone, and what we leave out later goes; else they stay as Helm left them
        managers = {name: {f["manager"] for f in o["metadata"]["managedFields"]} & {"helm", "kubectl"} for name, o in after.items()}
        expect("objects with other managers", {}, {name: sorted(m) for name, m in managers.items() if m != ({"kubectl"} if hand_over else {"helm", "kubectl"})})
        left = {name for name, o in after.items() if LEFT in (o["metadata"].get("annotations") or {})}
        expect("objects with Helm's annotation", sorted(before) if version == 3 and not hand_over else [], sorted(left))

    with run.case(label + ": applied again, nothing changes"):
        at = {name: o["metadata"]["generation"] for name, o in after.items() if "generation" in o["metadata"]}
        release.apply(*force)
        now = {name: release.cluster.live(before[name])["metadata"]["generation"] for name in at}
        expect("generations of the objects", at, now)


@check("moving")
def moving(run):
    """Objects that Helm rendered are taken over: same uid, no field refused, volumes and data kept, one restart."""
    cases = os.environ.get("PROMCHART_CASES")
    for name, version, hand_over in CASES:
        label = name.split("/")[-1]
        with run.case(label):
            if not cases:
                raise Skip("PROMCHART_CASES does not name the recorded cases, which hold what Helm renders")
            folder = os.path.join(cases, name)
            if not os.path.exists(os.path.join(folder, "expected.yaml")):
                raise Skip("PROMCHART_CASES has no case %s" % name)
            with Moved(run.cluster, folder) as release:
                take_over(run, label, release, version, hand_over)
