"""The API server accepts what is rendered, without a word, and applying it again changes nothing."""
import concurrent.futures
import json
import os
import subprocess

import stack
from framework import LABEL, LIMIT, Failure, Refused, Skip, check, expect, wait_until

ENVIRONMENTS = (None, "dev", "staging", "prod")


def own_fields(o):
    """What an apply of ours leaves in an object's managedFields: any change by us, and none by a controller, shows there."""
    return [f for f in o["metadata"].get("managedFields") or [] if f["manager"].startswith("kubectl") and f.get("subresource") is None]


def settled(release):
    """The live objects of a release, once the controllers have left them alone for a moment."""
    objects, last = release.objects(), []

    def probe():
        nonlocal last
        now = [release.cluster.live(o) for o in objects]
        versions = [o and o["metadata"]["resourceVersion"] for o in now]
        same, last = versions == last, versions
        return same, "they still change"
    wait_until("the objects come to rest", probe, every=1.5)
    return [release.cluster.live(o) for o in objects]


def apply_twice(release, server_side):
    """Applies, and once more: nothing is warned about, the second time changes nothing, and no difference is left."""
    release.apply(server_side=server_side)
    before = settled(release)
    expect("objects that were not made", [], [o["metadata"]["name"] for o, live in zip(release.objects(), before) if live is None])
    # kubectl's own word "configured" says little: it patches some lists of objects that are as they should be
    release.apply(server_side=server_side)
    after = [release.cluster.live(o) for o in before]
    changed = ["%s/%s" % (a["kind"], a["metadata"]["name"]) for a, b in zip(before, after) if a["metadata"]["uid"] != b["metadata"]["uid"] or (
        a["metadata"]["resourceVersion"] != b["metadata"]["resourceVersion"] and own_fields(a) != own_fields(b))]
    expect("objects that a second apply changes", [], changed)
    flags = ["--server-side"] if server_side else []
    diff = release.cluster.kubectl("diff", "-n", release.namespace, *flags, "-f", "-", stdin=release.render(), ok=(0, 1))
    expect("what `kubectl diff` prints", "", diff.out + "\n".join(diff.warnings))
    expect("exit status of `kubectl diff`", 0, diff.code)


def no_pods(cluster, namespace):
    """Lets no pod into a namespace."""
    path = "/api/v1/namespaces/%s/resourcequotas" % namespace
    cluster.api("POST", path, {"metadata": {"name": "no-pods"}, "spec": {"hard": {"pods": "0"}}})

    def probe():
        status = cluster.get(path + "/no-pods").get("status") or {}
        return (status.get("hard") or {}).get("pods") == "0", status
    wait_until("the quota of %s counts" % namespace, probe, every=0.3)


@check("accepted")
def accepted(run):
    """The defaults and each environment, applied server-side, client-side, and again: no warning, no change, no difference."""
    for env in ENVIRONMENTS:
        for mode in ("server-side", "client-side"):
            label = "%s-%s" % (env or "defaults", mode)
            # no pod may start: this is about the objects, and several releases would not fit beside each other on a node
            with run.case(label), run.release("accepted-" + label, env=env, release=label, quick=False) as release:
                no_pods(run.cluster, release.namespace)
                apply_twice(release, mode == "server-side")


# -------------------------------------------------------------------------------- recorded cases
def flat(objects):
    for o in objects:
        if isinstance(o, dict) and o.get("kind") == "List":
            yield from flat(o.get("items") or [])
        elif o is not None:
            yield o


def rendered(folder):
    """The objects that promchart makes of a case, or None where it refuses the values; and the case."""
    with open(os.path.join(folder, "case.json"), encoding="utf-8") as f:
        case = json.load(f)
    words = [stack.BINARY, "render", "-o", "json", "--release", case["release"], "--namespace", case["namespace"], "--kube-version", case["kube_version"], "--skip-tests"]
    chart = os.environ.get("PROMCHART_CHART") or stack.ROOT
    if case["chart"] != ".":
        words += ["--chart", os.path.join(chart, "charts", case["chart"])]
    elif os.environ.get("PROMCHART_CHART"):
        words += ["--chart", chart]
    for v in case["api_versions"]:
        words += ["--api-versions", v]
    if case["is_upgrade"]:
        words.append("--is-upgrade")
    for f in sorted(os.listdir(folder)):
        if f.startswith("values") and f.endswith((".yaml", ".yml")):
            words += ["--values", os.path.join(folder, f)]
    r = subprocess.run(words, capture_output=True, timeout=LIMIT)
    return (list(flat(json.loads(r.stdout)["items"])) if r.returncode == 0 else None), case, r.stderr.decode(errors="replace")


def identity(o):
    meta = o.get("metadata") or {}
    return "%s/%s/%s" % (o.get("kind"), meta.get("namespace") or "", meta.get("name", ""))


class Verdicts:
    """Asks the API server about objects one by one: a dry run of a server-side apply, with strict fields."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.asked = self.unknown = 0

    def namespaces(self, objects):
        """The namespaces of the objects, made before anything is asked."""
        exist = {n["metadata"]["name"] for n in self.cluster.items("/api/v1/namespaces")}
        for name in {str((o.get("metadata") or {}).get("namespace") or "default") for o in objects if isinstance(o, dict)} - exist:
            try:
                self.cluster.api("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": {LABEL: "true"}}})
                self.cluster.made.append(name)
            except Refused:
                pass  # a name that no namespace can have: its objects are refused, as they should be

    def refusal(self, o):
        """Why the API server refuses an object, or None."""
        if not isinstance(o, dict):
            return "not an object"
        path = self.cluster.path(o)
        if path is None:
            return "no matches for kind %s in version %s" % (o.get("kind"), o.get("apiVersion"))
        if "/namespaces/" in path:
            meta = o.get("metadata") or {}
            o = dict(o, metadata=dict(meta, namespace=meta.get("namespace") or "default"))
        status, data, _ = self.cluster.request("PATCH", path + "?dryRun=All&fieldManager=tool&force=true&fieldValidation=Strict", o, "application/apply-patch+yaml")
        if status >= 400:
            return json.loads(data).get("message", str(status))
        return None

    def refused(self, objects):
        """{object: message} of those that are refused."""
        self.asked += len(objects)
        return {identity(o) if isinstance(o, dict) else "?": m for o, m in ((o, self.refusal(o)) for o in objects) if m is not None}


def chosen_differences(listed="parity-exceptions.txt"):
    """Cases that are listed as differing from Helm by choice."""
    try:
        with open(os.path.join(stack.ROOT, "tests", listed), encoding="utf-8") as f:
            return {line.split()[0] for line in f if line.strip() and not line.startswith("#")}
    except OSError:
        return set()


@check("verdicts")
def verdicts(run):
    """Recorded cases: the API server refuses nothing of ours that it does not refuse of Helm's."""
    with run.case("recorded cases"):
        cases, oracles = os.environ.get("PROMCHART_CASES"), os.environ.get("PROMCHART_ORACLES")
        if not cases or not oracles:
            raise Skip("PROMCHART_CASES and PROMCHART_ORACLES do not name the recorded cases and verdicts")
        with open(os.path.join(oracles, "apiserver.json"), encoding="utf-8") as f:
            helm = json.load(f)
        folders = sorted(d for d, _, fs in os.walk(cases) if "case.json" in fs and "expected.yaml" in fs)
        expect("whether there are cases under PROMCHART_CASES", True, bool(folders))
        asker, chosen = Verdicts(run.cluster), chosen_differences()
        worse, better, silent = [], [], []
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            made = list(pool.map(rendered, folders))
            asker.namespaces([o for objects, _, _ in made for o in objects or []])
            answers = list(pool.map(lambda m: asker.refused(m[0] or []), made))
        for folder, (objects, _, error), ours in zip(folders, made, answers):
            name = os.path.relpath(folder, cases)
            theirs = {r["object"]: r["message"] for r in helm.get(name, {}).get("refused", [])}
            if objects is None:
                if name not in chosen:
                    silent.append("%s: %s" % (name, error.strip().split("\n")[0]))
                continue
            worse += ["%s %s: %s" % (name, o, m) for o, m in sorted(ours.items()) if o not in theirs]
            better += ["%s %s: %s" % (name, o, m) for o, m in sorted(theirs.items()) if o not in ours]
        run.say("%d objects of %d cases asked about; %d refused as Helm's are; %d accepted that Helm's are not" % (
            asker.asked, len(folders), sum(map(len, answers)) - len(worse), len(better)))
        for line in better[:20]:
            run.say("accepted now: " + line[:300])
        if len(better) > 20:
            run.say("accepted now: and %d more" % (len(better) - 20))
        if worse:
            raise Failure("no object of ours refused where Helm's is accepted", "%d are\n" % len(worse) + "\n".join(worse))
        if silent:
            raise Failure("every case that Helm renders is rendered", "%d are not\n" % len(silent) + "\n".join(silent))
