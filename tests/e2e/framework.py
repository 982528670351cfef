"""What every check stands on: the cluster that KUBECONFIG names, waiting with a limit, expectations, and the register of checks.

A check is a function with the decorator `check`; it takes a `Run`, by which it names its cases:

    @check("running")
    def running(run):
        with run.case("defaults"):
            with run.release("running") as release:
                release.apply()
                release.wait_ready()
                expect("alerting rules", [], release.query("ALERTS"))

A case fails by `Failure` (expected, seen), which `expect` and `wait_until` raise, and by any other exception; the next case of
the check runs all the same. `raise Skip("reason")` says that the cluster lacks what the case needs.
"""
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.parse

# How long to wait for what takes a cluster a moment; a slow one gets more by PROMCHART_E2E_PATIENCE (a factor).
PATIENCE = float(os.environ.get("PROMCHART_E2E_PATIENCE", "1"))
LIMIT = 240
# How long a wait goes on once the node has lost a container of the check: see Node.
LOST_LIMIT = 60
LABEL = "promchart-e2e"
CHECKS = []


def check(name):
    """Registers a function as the check `name`; checks run in the order in which their modules are imported."""
    def register(function):
        CHECKS.append((name, function))
        return function
    return register


class Failure(Exception):
    """A case does not hold: what was expected, and what was seen instead."""

    def __init__(self, expected, seen):
        super().__init__(expected, seen)
        self.expected, self.seen = expected, seen


class Skip(Exception):
    """The cluster lacks what a case needs; the message says what."""


class Refused(Exception):
    """The API server's answer with a status of 400 or more: .status, .message."""

    def __init__(self, status, message):
        super().__init__("%s: %s" % (status, message))
        self.status, self.message = status, message


class Node:
    """What the node's own log says against it, where the suite runs beside a stand-in kubelet (CLUSTER_RUN names its folder).

    That kubelet starts the containers of a pod in threads of their own. Two of them that fill one volume at the same moment can
    collide; one thread then ends, and its container is never created. It leaves a traceback in kubelet.log, which tells such a
    loss from a pod that does not start for the chart's sake.
    """

    MARK = "Exception in thread"

    def __init__(self, folder=os.environ.get("CLUSTER_RUN")):
        self.log = os.path.join(folder, "kubelet.log") if folder else None
        self.before = 0
        self.begin()

    def count(self):
        try:
            with open(self.log, errors="replace") as f:
                return sum(line.startswith(self.MARK) for line in f)
        except (OSError, TypeError):  # another kind of node
            return 0

    def begin(self):
        """From here on is counted."""
        self.before = self.count()

    def lost(self):
        """How many containers the node has lost since `begin`."""
        return self.count() - self.before


NODE = Node()


def text_of(x):
    return x if isinstance(x, str) else json.dumps(x, ensure_ascii=False, default=str)


def expect(what, expected, seen):
    """Fails unless `seen` equals `expected`."""
    if seen != expected:
        raise Failure("%s: %s" % (what, text_of(expected)), seen)


def expect_that(expected, true, seen):
    """Fails unless `true`; `expected` is a sentence."""
    if not true:
        raise Failure(expected, seen)


def wait_until(expected, probe, limit=LIMIT, every=1.0):
    """Calls `probe` until it returns (True, value), and returns that value; fails after `limit` seconds with what was seen last.

    On a node that has lost a container of this check it fails after LOST_LIMIT at the latest: waiting would be in vain.
    `probe` returns (done, seen). While it raises Refused, OSError or an HTTP error, that counts as what was seen.
    """
    begun = time.monotonic()
    while True:
        try:
            done, seen = probe()
        except (Refused, OSError, http.client.HTTPException, json.JSONDecodeError) as e:
            done, seen = False, repr(e)
        if done:
            return seen
        waited = time.monotonic() - begun
        if waited > limit * PATIENCE or waited > LOST_LIMIT * PATIENCE and NODE.lost():
            raise Failure("%s (within %d s)" % (expected, waited), seen)
        time.sleep(every)


class Done:
    """What a program did: .code, .out, .err, .warnings."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def warnings(self):
        return [line for line in self.err.splitlines() if line.startswith("Warning")]


def command(*words, stdin=None, ok=(0,), limit=120, cwd=None):
    """Runs a program; fails unless its exit status is in `ok` (None: any)."""
    try:
        r = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=limit * PATIENCE, cwd=cwd)
    except subprocess.TimeoutExpired:
        raise Failure("`%s` ends within %d s" % (" ".join(words), limit * PATIENCE), "it still runs")
    if ok is not None and r.returncode not in ok:
        raise Failure("`%s` succeeds" % " ".join(words), "exit status %d: %s" % (r.returncode, (r.stderr or r.stdout).strip()[-2000:]))
    return Done(r.returncode, r.stdout, r.stderr)


class Cluster:
    """The cluster of KUBECONFIG, through kubectl and, for many requests, through one `kubectl proxy`."""

    def __init__(self):
        self.local = threading.local()
        self.proxy = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        found = re.search(r":(\d+)\s*$", self.proxy.stdout.readline())
        if not found:
            raise Failure("`kubectl proxy` starts", self.proxy.stderr.read())
        self.port = int(found.group(1))
        self.version = self.get("/version")["gitVersion"]
        self.made = []  # namespaces that are ours to remove
        self.notes = {}  # what was found out about the cluster, once

    def close(self):
        for name in list(self.made):
            self.remove_namespace(name, wait=False)
        self.proxy.terminate()
        self.proxy.wait()

    # -------- requests
    def request(self, method, path, body=None, kind="application/json", limit=30):
        """(status, bytes of the answer, headers)"""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        for last in (False, True):
            c = getattr(self.local, "connection", None)
            fresh = c is None
            if fresh:
                c = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=limit)
            try:
                c.request(method, path, data, {"Content-Type": kind, "Accept": "application/json"})
                r = c.getresponse()
                return r.status, r.read(), r.headers
            except (OSError, http.client.HTTPException):
                c.close()
                self.local.connection = None
                # a connection kept alive may have been closed meanwhile; a fresh one has no such excuse
                if last or fresh:
                    raise

    def api(self, method, path, body=None, kind="application/json"):
        """The API server's answer as JSON; raises Refused."""
        status, data, _ = self.request(method, path, body, kind)
        try:
            answer = json.loads(data or b"{}")
        except ValueError:
            answer = {"message": data.decode(errors="replace")[:2000]}
        if status >= 400:
            raise Refused(status, answer.get("message", str(status)))
        return answer

    def get(self, path):
        return self.api("GET", path)

    def items(self, path):
        return self.get(path)["items"]

    def http(self, namespace, name, port, path, method="GET", body=None, kind="application/json", of="services"):
        """(status, text) of an address served inside the cluster, through the API server's proxy; of: services or pods."""
        where = "/api/v1/namespaces/%s/%s/%s:%s/proxy/%s" % (namespace, of, name, port, path.lstrip("/"))
        status, data, _ = self.request(method, where, body, kind)
        return status, data.decode(errors="replace")

    def http_json(self, *where, **how):
        """The same, parsed; raises Refused."""
        status, text = self.http(*where, **how)
        if status >= 400:
            raise Refused(status, text.strip()[:2000])
        return json.loads(text)

    # -------- kubectl
    def kubectl(self, *words, stdin=None, ok=(0,), limit=120):
        return command("kubectl", *words, stdin=stdin, ok=ok, limit=limit)

    def kubectl_json(self, *words, **how):
        return json.loads(self.kubectl(*words, "-o", "json", **how).out)

    # -------- what the cluster serves
    def kinds(self):
        """(apiVersion, kind) -> (path of the group, plural, whether namespaced)"""
        if "kinds" not in self.notes:
            out = {}
            groups = [v["groupVersion"] for g in self.get("/apis")["groups"] for v in g["versions"]]
            for gv, base in [("v1", "/api/v1")] + [(gv, "/apis/" + gv) for gv in groups]:
                try:
                    resources = self.get(base)["resources"]
                except Refused:  # an aggregated API whose server is away
                    continue
                for r in resources:
                    if "/" not in r["name"]:
                        out[(gv, r["kind"])] = (base, r["name"], r["namespaced"])
            self.notes["kinds"] = out
        return self.notes["kinds"]

    def path(self, o, namespace="default"):
        """The address of an object, or None for a kind that the cluster does not serve."""
        found = self.kinds().get((str(o.get("apiVersion")), str(o.get("kind"))))
        if found is None:
            return None
        base, plural, namespaced = found
        meta = o.get("metadata") or {}
        if namespaced:
            base += "/namespaces/" + urllib.parse.quote(str(meta.get("namespace") or namespace), safe="")
        return "%s/%s/%s" % (base, plural, urllib.parse.quote(str(meta.get("name", "")), safe=""))

    def live(self, o):
        """The object as the cluster has it, or None."""
        try:
            return self.get(self.path(o))
        except Refused as e:
            if e.status == 404:
                return None
            raise

    # -------- namespaces
    def make_namespace(self, name):
        """Makes a namespace that is removed again; one that exists stays as it is. What an earlier run left is waited for."""
        def probe():
            try:
                self.api("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": {LABEL: "true"}}})
                self.made.append(name)
                return True, name
            except Refused as e:
                if e.status != 409:
                    raise
            o = self.get("/api/v1/namespaces/" + name)
            if o["status"]["phase"] == "Active" and (o["metadata"].get("labels") or {}).get(LABEL):
                self.api("DELETE", "/api/v1/namespaces/" + name)
            return o["status"]["phase"] == "Active" and LABEL not in (o["metadata"].get("labels") or {}), "it is being removed"
        wait_until("the namespace %s can be made" % name, probe)
        return name

    def remove_namespace(self, name, wait=True):
        """Removes a namespace made here with all that is in it, and the volumes of its claims."""
        if name not in self.made:
            return
        self.made.remove(name)
        volumes = [v for v in self.items("/api/v1/persistentvolumes") if (v["spec"].get("claimRef") or {}).get("namespace") == name]
        with contextlib.suppress(Refused):
            self.api("DELETE", "/api/v1/namespaces/" + name)

        def gone():
            try:
                o = self.get("/api/v1/namespaces/" + name)
                return False, [c.get("message") for c in o["status"].get("conditions") or []]
            except Refused as e:
                return e.status == 404, str(e)
        if wait:
            wait_until("the namespace %s is gone" % name, gone)
        for v in volumes:
            with contextlib.suppress(Refused):
                self.api("DELETE", "/api/v1/persistentvolumes/" + v["metadata"]["name"])

    @contextlib.contextmanager
    def namespace(self, name):
        """A namespace for the time of a `with` block."""
        self.make_namespace(name)
        try:
            yield name
        finally:
            self.remove_namespace(name)

    # -------- pods
    def pods(self, namespace, selector=""):
        return self.items("/api/v1/namespaces/%s/pods?labelSelector=%s" % (namespace, urllib.parse.quote(selector)))

    def can_exec(self, namespace, pod, container):
        """Whether commands run in containers here; otherwise the reason why not."""
        if "exec" not in self.notes:
            r = self.kubectl("exec", "-n", namespace, pod, "-c", container, "--", "ls", "/", ok=None, limit=30)
            self.notes["exec"] = True if r.code == 0 else "exec does not work here: " + r.err.strip()[-200:]
        return self.notes["exec"]

    def troubles(self, namespace):
        """A few lines about each pod of a namespace that is not ready, for the report of a failure."""
        out = []
        for p in self.pods(namespace):
            status = p["status"]
            if any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or []):
                continue
            if p["metadata"].get("labels", {}).get("app.kubernetes.io/name") == "kube-state-metrics" and self.notes.get("kube-state-metrics"):
                continue  # its image is missing, which is known and no trouble
            out.append("pod %s: %s" % (p["metadata"]["name"], "being removed" if p["metadata"].get("deletionTimestamp") else status.get("phase")))
            out += ["  %s: %s" % (c["type"], c["message"]) for c in status.get("conditions") or [] if c.get("message")]
            for c in (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or []):
                if c["ready"]:
                    continue
                out.append("  container %s: %s" % (c["name"], text_of(c["state"])))
                log = self.kubectl("logs", "-n", namespace, p["metadata"]["name"], "-c", c["name"], "--tail=5", ok=None).out
                out += ["    " + line[:300] for line in log.splitlines()[-5:]]
        return out


class Run:
    """One check as it runs: its cases and what became of them."""

    def __init__(self, name, cluster):
        self.name, self.cluster = name, cluster
        self.passed, self.failed, self.skipped = [], [], []
        self.said = []
        self.again = 0

    def say(self, line):
        """A line of the report that is worth reading though nothing failed."""
        self.said.append(line)
        print("    " + line, flush=True)

    @contextlib.contextmanager
    def case(self, name):
        """A case: what fails within is reported, and the check goes on behind the block."""
        begun = time.monotonic()
        try:
            yield
        except Skip as e:
            self.skipped.append(name)
            print("  skip %s: %s" % (name, e), flush=True)
        except Failure as e:
            # what a release that is gone by now had to say is in e.seen already
            troubles = [line for n in self.cluster.made if n.startswith(LABEL) for line in self.cluster.troubles(n)]
            self.fail(name, e.expected, "\n".join([text_of(e.seen)] + troubles))
        except Exception:
            self.fail(name, "no exception", traceback.format_exc())
        else:
            self.passed.append(name)
            print("  ok   %s (%.0f s)" % (name, time.monotonic() - begun), flush=True)

    def fail(self, name, expected, seen):
        """Notes that a case failed."""
        self.failed.append(name)
        print("  FAIL %s" % name)
        print("    expected: %s" % text_of(expected))
        seen = text_of(seen).splitlines() or [""]
        print("    seen:     %s" % seen[0][:4000])
        for line in seen[1:60]:
            print("              %s" % line[:1000])
        sys.stdout.flush()

    def whole(self, function, attempts=3):
        """Runs the check; what fails outside of its cases counts as a case too.

        One that failed while the node lost a container says nothing of the chart, and runs again: `attempts` times at most.
        """
        for attempt in range(attempts):
            NODE.begin()
            self.again, self.passed, self.failed, self.skipped = attempt, [], [], []
            try:
                function(self)
            except Exception:
                with self.case("outside of the cases"):
                    raise
            lost = NODE.lost()
            if not self.failed or not lost:
                return
            if attempt + 1 < attempts:
                print("  again: the node lost %d container(s) meanwhile (kubelet.log has the tracebacks)" % lost, flush=True)

    def release(self, name, **how):
        """A release of the chart in a namespace of its own: see stack.Release."""
        from stack import Release
        return Release(self.cluster, name, **how)

    @property
    def result(self):
        again = " (run %d times: the node lost containers)" % (self.again + 1) if self.again else ""
        if self.failed:
            return "FAILED: " + ", ".join(self.failed) + again
        if not self.passed:
            return "skipped"
        return "ok" + (" (%d skipped)" % len(self.skipped) if self.skipped else "") + again


def table(rows):
    """Lines of a table with columns as wide as they need."""
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]) - 1)]
    return ["  ".join([c.ljust(w) for c, w in zip(r, widths)] + [r[-1]]) for r in rows]
