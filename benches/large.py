#!/usr/bin/env python3
"""What `promchart diff` takes for many objects: large.py [--runs N] [--binary FILE] [--objects N]...

Makes a chart and, as manifests, what an older version of it rendered: Deployments, ConfigMaps that hold a configuration, roles, and rules of Prometheus, 3 KB each;
one in twenty differs. For 5,000 and 10,000 objects (30 MB a side) it measures whole processes: reading, rendering, comparing, with and without what caused
each change. Prints seconds of wall time, of processor time, the most memory, and how both grow.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KINDS = 4


def deployment(meta, number, change):
    env = [{"name": "SETTING_%d" % i, "value": "setting %d of workload %d" % (i, number)} for i in range(32)]
    container = {"name": "web", "image": "example.org/web:%d" % (1 + change), "env": env, "ports": [{"name": "http", "containerPort": 8080}],
                 "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}}}
    labels = {"app.kubernetes.io/name": meta["name"]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "labels": labels}, "spec": {
        "replicas": number % 5, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}}


def config_map(meta, number, change):
    jobs = [{"job_name": "job-%d" % i, "scrape_interval": "%ds" % (15 + 15 * change), "static_configs": [
        {"targets": ["host-%d-%d.example.org:9090" % (number, i)], "labels": {"shard": "s%d" % number}}]} for i in range(13)]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {
        "prometheus.yml": block({"scrape_configs": jobs}, 0), "notes.txt": "words of a text that is no data " * 10 + "\nline %d\n" % change}}


def role(meta, number, change):
    rules = [{"apiGroups": [""], "resources": ["pods", "services", "endpoints", "things-%d" % i], "verbs": ["get", "list", "watch"]} for i in range(19 + change)]
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": meta, "rules": rules}


def alerts(meta, number, change):
    rules = [{"alert": "Alert%d" % i, "expr": "sum(rate(http_requests_total{code=~\"5..\",job=\"job-%d\"}[5m])) > %d" % (number, i + change), "for": "5m",
              "labels": {"severity": "warning"}, "annotations": {"summary": "something is wrong with %d of %d" % (i, number)}} for i in range(13)]
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": meta, "spec": {"groups": [{"name": "all", "rules": rules}]}}


def block(value, indent):
    """YAML in block style; strings in double quotes, or as lines where they have several."""
    blanks, lines = " " * indent, []
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                lines.append("%s%s:\n%s" % (blanks, key, block(inner, indent + (2 if isinstance(inner, dict) else 0))))
            elif isinstance(inner, str) and "\n" in inner:
                text = "".join("%s  %s\n" % (blanks, line) for line in inner.rstrip("\n").split("\n"))
                lines.append("%s%s: |\n%s" % (blanks, key, text))
            else:
                lines.append("%s%s: %s\n" % (blanks, key, json.dumps(inner)))
    else:
        for inner in value:
            text = block(inner, indent + 2) if isinstance(inner, dict) else blanks + "  " + json.dumps(inner) + "\n"
            lines.append(blanks + "- " + text[indent + 2:])
    return "".join(lines)


def make(folder, objects):
    """A chart in `folder`/chart, and `folder`/old.yaml."""
    os.makedirs(os.path.join(folder, "chart", "templates"))
    with open(os.path.join(folder, "chart", "Chart.yaml"), "w") as f:
        f.write("apiVersion: v2\nname: large\nversion: 1.0.0\nengine: jinja\n")
    old = open(os.path.join(folder, "old.yaml"), "w")
    for start in range(0, objects, 100):
        with open(os.path.join(folder, "chart", "templates", "part-%04d.yaml" % (start // 100)), "w") as new:
            new.write("{% raw %}\n")
            for number in range(start, min(start + 100, objects)):
                make_one = (deployment, config_map, role, alerts)[number % KINDS]
                meta = {"name": "thing-%d" % number, "namespace": "team-%d" % (number % 50)}
                old.write("---\n" + block(make_one(meta, number, 0), 0))
                new.write("---\n" + block(make_one(meta, number, 1 if number // KINDS % 20 == 0 else 0), 0))
            new.write("{% endraw %}\n")
    size = old.tell()
    old.close()
    return size


def measure(words):
    """Seconds of wall time and of processor time, and the most memory in MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 1:
        sys.exit("%s: status %d" % (" ".join(words), os.waitstatus_to_exitcode(status)))
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--objects", type=int, action="append")
    parser.add_argument("--binary", default=os.environ.get("PROMCHART") or os.path.join(ROOT, "target", "release", "promchart"))
    args = parser.parse_args()
    binary = os.path.abspath(args.binary)
    print("%-34s%10s%10s%10s%10s%10s" % ("promchart diff, %d runs" % args.runs, "MB", "median s", "least s", "cpu s", "peak MiB"))
    first = {}
    for objects in args.objects or [5000, 10000]:
        with tempfile.TemporaryDirectory() as folder:
            size = make(folder, objects)
            words = [binary, "diff", "--chart", os.path.join(folder, "chart"), "--against", os.path.join(folder, "old.yaml"), "--format", "json"]
            for name, more in (("", []), (", --no-why", ["--no-why"])):
                taken = list(zip(*[measure([*words, *more]) for _ in range(args.runs)]))
                row = [statistics.median(taken[0]), min(taken[0]), statistics.median(taken[1]), max(taken[2])]
                print("%-34s%10.1f%10.2f%10.2f%10.2f%10.0f" % ("2 x %d objects%s" % (objects, name), 2 * size / 1e6, *row))
                if name in first:
                    print("%-34s%10s%10.2f%10.2f%10.2f%10.2f" % ("  for each object, beside the first", "", *(
                        (now / objects) / (then / first[name][1]) for now, then in zip(row, first[name][0]))))
                else:
                    first[name] = (row, objects)
    return 0


if __name__ == "__main__":
    sys.exit(main())
