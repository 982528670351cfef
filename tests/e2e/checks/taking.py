"""Taking over what Helm made, for many values: no object of ours changes a field of Helm's that cannot be changed."""
import concurrent.futures
import json
import os
import re

from checks.accepted import chosen_differences, flat, identity, no_pods, rendered
from framework import LABEL, Failure, Skip, check, expect_that

# Kinds with fields that the API server does not let anybody change: selectors, claim templates, volumes, addresses, roles.
KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Service", "PersistentVolumeClaim", "RoleBinding", "ClusterRoleBinding")
# Of the recorded cases, those whose values touch such a field; of those that were found to differ, all that agree now.
ABOUT = re.compile(r"statefulset|daemonset|autosharding|persist|claim|headless|selectorOverride|nameOverride|server\.name|clusterIP|/combo/", re.IGNORECASE)
SPACE = "promchart-e2e-taking"


def folders():
    """The folders of the cases whose Helm side is recorded."""
    found, chosen = [], chosen_differences("found-exceptions.txt")
    for variable, wanted in (("PROMCHART_CASES", ABOUT.search), ("PROMCHART_FOUND", lambda _: True)):
        root = os.environ.get(variable)
        if not root:
            raise Skip("%s does not name the recorded cases, which hold what Helm renders" % variable)
        cases = [d for d, _, files in os.walk(root) if {"case.json", "expected.yaml"} <= set(files) and wanted(d + "/")]
        found += [d for d in cases if os.path.relpath(d, root) not in chosen]
    return sorted(found)


def kept(o):
    """An object without what may change in it: labels and annotations of its own."""
    meta = {k: v for k, v in o["metadata"].items() if k not in ("labels", "annotations", "namespace")}
    return dict(o, metadata=dict(meta, namespace=SPACE) if "namespace" in o["metadata"] or o["kind"] != "ClusterRoleBinding" else meta)


def stream(text):
    """The objects of a stream of JSON, one behind the other."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        o, end = decoder.raw_decode(text[at:].lstrip())
        at = len(text) - len(text[at:].lstrip()) + end
        yield o


def pairs(cluster, folder):
    """(title, Helm's object, ours) for the objects of a case that both sides have; none where the values are refused."""
    ours, _, _ = rendered(folder)
    if ours is None:
        return []
    # kubectl reads the YAML: the suite needs no library for it
    done = cluster.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", os.path.join(folder, "expected.yaml"), ok=None)
    if done.code:
        return []  # Helm wrote what is no object at all
    theirs = {identity(o): o for o in flat(stream(done.out))}
    mine = {identity(o): o for o in ours}
    both = [i for i in theirs if i in mine and theirs[i]["kind"] in KINDS]
    return [("%s %s" % (os.path.basename(folder), i), kept(theirs[i]), kept(mine[i])) for i in both]


class Taker:
    """Makes Helm's object, asks whether ours may take its place, and removes it again: each under a name of its own."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.refused, self.impossible = [], 0

    def apply(self, o, manager, dry=False):
        """Why a server-side apply is refused, or None."""
        query = "?force=true&fieldManager=" + manager + ("&dryRun=All" if dry else "")
        status, data, _ = self.cluster.request("PATCH", self.cluster.path(o) + query, o, "application/apply-patch+yaml")
        return json.loads(data).get("message", str(status)) if status >= 400 else None

    def ask(self, number, title, theirs, ours):
        name = "taking-%d" % number
        theirs, ours = (dict(o, metadata=dict(o["metadata"], name=name)) for o in (theirs, ours))
        if self.apply(theirs, "helm"):
            self.impossible += 1  # what Kubernetes refuses of Helm's is never there to be taken over
            return
        refusal = self.apply(ours, "kubectl", dry=True)
        # an upgrade by Helm itself may be refused, too
        if refusal and not self.apply(theirs, "kubectl", dry=True):
            self.refused.append("%s: %s" % (title, refusal))
        self.cluster.request("DELETE", self.cluster.path(theirs) + "?propagationPolicy=Background&gracePeriodSeconds=0")


@check("taking")
def taking(run):
    """Helm's workloads, services, claims and bindings of many values: each may be replaced by ours in place."""
    with run.case("recorded cases"):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda folder: pairs(run.cluster, folder), folders()))
        different = {}
        for title, theirs, ours in (p for case in found for p in case):
            different.setdefault(json.dumps((theirs, ours), sort_keys=True), (title, theirs, ours))
        expect_that("cases have objects in common with Helm's", bool(different), len(found))
        run.cluster.api("POST", "/api/v1/namespaces", {"metadata": {"name": SPACE, "labels": {LABEL: "true"}}})
        run.cluster.made.append(SPACE)
        taker = Taker(run.cluster)
        no_pods(run.cluster, SPACE)
        for number, (title, theirs, ours) in enumerate(different.values()):
            taker.ask(number, title, theirs, ours)
        run.say("%d pairs of objects of %d cases asked about; of %d Kubernetes refuses Helm's" % (len(different), len(found), taker.impossible))
        if taker.refused:
            raise Failure("ours may take the place of Helm's", "%d may not\n" % len(taker.refused) + "\n".join(taker.refused))
