"""A chart of many objects and what an older version of it rendered, for the benchmark of diff and of those who check manifests: make(folder, objects).

Deployments, ConfigMaps that hold a configuration, roles, and rules of Prometheus, 3 KB each; one in twenty differs.
"""
import json
import os

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
