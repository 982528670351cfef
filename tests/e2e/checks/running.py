"""The stack runs: ready, scraped, alerting."""
from framework import Failure, Skip, check, expect, expect_that, wait_until

ENVIRONMENTS = (None, "dev", "staging", "prod")


def target_name(t):
    return "%s %s" % (t["labels"].get("job"), t["scrapeUrl"])


def is_kube_state_metrics(t):
    return t["labels"].get("app_kubernetes_io_name") == "kube-state-metrics"


def expect_targets(release, pod=None):
    """Every discovered target is up, and each job of the chart that has something to find here has found it."""
    jobs = {"prometheus", "kubernetes-api-servers", "kubernetes-nodes", "kubernetes-nodes-cadvisor", "kubernetes-service-endpoints", "prometheus-pushgateway"}
    ksm = release.runs_kube_state_metrics()

    def probe():
        targets = release.prometheus("targets?state=active", pod)["activeTargets"]
        missing = jobs - {t["labels"].get("job") for t in targets}
        down = {target_name(t): t["lastError"] or t["health"] for t in targets if t["health"] != "up" and (ksm or not is_kube_state_metrics(t))}
        return not missing and not down, {"jobs without targets": sorted(missing), "not up": down}
    wait_until("every discovered target is up", probe)


@check("running")
def running(run):
    """The defaults and each environment run, find their targets, and Prometheus knows the Alertmanagers."""
    for env in ENVIRONMENTS:
        with run.case(env or "defaults"):
            with run.release("running-" + (env or "defaults"), env=env) as release:
                release.apply()
                release.wait_ready()
                for pod in release.pods("server"):
                    expect_targets(release, pod["metadata"]["name"])
