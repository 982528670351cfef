//! What `--help` shows of each command's use.

pub(super) const ALL: &str = "\
Examples:
  promchart render | kubectl apply --server-side -f -
  promchart render -f values-prod.yaml --namespace monitoring --output-dir manifests
  promchart show values > values.yaml

Exit status: 0 done, 1 findings or differences, 2 the job could not be done.";

/// What `promchart` alone says.
pub(super) const FIRST: &str = "\
promchart renders, checks and compares what a chart makes.

What one would do first:
  promchart create shop                  write a new chart into the folder shop
  promchart render --chart shop          print the objects that it makes
  promchart lint --chart shop            tell what is wrong with it and its values
  promchart diff --chart shop --env prod --against-env dev
                                         tell what differs, and what is dangerous about it

Without `--chart` it is the built-in chart, Prometheus:
  promchart render -f values.yaml | kubectl apply --server-side -f -

`promchart --help` lists all commands, `promchart COMMAND --help` their flags.
";

pub(super) const RENDER: &str = "\
Examples:
  promchart render -f values.yaml | kubectl apply --server-side -f -
  promchart render --env prod --set server.retention=30d
  promchart render --chart ./mychart --release web --namespace shop
  promchart render -s templates/cm.yaml
  helm get values prom -o yaml | promchart render -f - --release prom";

pub(super) const LINT: &str = "\
Examples:
  promchart lint -f values.yaml
  promchart lint --env prod -f values.yaml --kube-version 1.32
  promchart lint -f values.yaml --format json | jq '.findings[].code'
  promchart lint --explain unknown-key

Exit status: 0 no errors, 1 errors, 2 the job could not be done.";

pub(super) const INSPECT: &str = "\
Examples:
  promchart values -f values.yaml                          # what the templates see
  promchart values -f values.yaml --origin                 # who set each of it: file and line
  promchart values -f values.yaml --changed                # what differs from the chart's defaults
  promchart values -f values.yaml --unused                 # what nothing reads
  promchart values -f values.yaml --explain server.retention
  promchart values --of Deployment/prometheus-server 'spec.template.spec.containers[prometheus-server].args[0]'
  promchart values --of ConfigMap/prometheus-server 'data[\"prometheus.yml\"].scrape_configs[0].job_name'

Exit status: 0 done, 1 the schema refuses the values, the chart cannot be rendered, or `--unused` found something,
2 the job could not be done.";

pub(super) const DIFF: &str = "\
Examples:
  helm get manifest prom | promchart diff -f values.yaml --release prom --against -
  promchart diff -f new.yaml --against-values old.yaml
  promchart diff --env prod --against-env staging
  promchart diff --chart ./chart -f prod.yaml --against-git origin/main
  promchart diff -f values.yaml --live --namespace monitoring
  promchart diff -f values.yaml --against old/ --format markdown

Exit status: 0 the same, 1 differences, 2 the job could not be done.";

pub(super) const SCHEMA: &str = "\
Examples:
  promchart schema > prometheus.schema.json
  promchart schema --chart ./mychart > mychart.schema.json

In a values file: `# yaml-language-server: $schema=prometheus.schema.json`";

pub(super) const SHOW: &str = "\
Examples:
  promchart show values --subchart alertmanager
  promchart show schema > values.schema.json
  promchart show templates deploy.yaml";

pub(super) const DEPS: &str = "\
Examples:
  promchart deps list --chart ./mychart
  promchart deps tree -f values.yaml --set alertmanager.enabled=false
  promchart deps list -o json | jq '.[] | select(.enabled | not)'

Exit status: 0 all usable, 1 some missing or of a wrong version, 2 the job could not be done.";

pub(super) const CREATE: &str = "\
Examples:
  promchart create shop && promchart render --chart shop --env prod
  promchart create shop --from docs
  promchart create base --from library";

pub(super) const PACKAGE: &str = "\
Examples:
  promchart package ./shop --destination dist
  promchart package ./shop --version 1.4.0 --app-version 2.1
  helm install shop dist/shop-1.4.0.tgz            # a chart in Go templates
  promchart render --chart dist/shop-1.4.0.tgz     # a chart in either language

An archive of the same name is replaced. Standard output has name, version, digest and file, as YAML.

Exit status: 0 done, 2 the chart is not whole, or the archive could not be written.";

pub(super) const VERIFY: &str = "\
Examples:
  promchart verify dist/shop-1.4.0.tgz
  promchart verify shop-1.4.0.tgz --digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  helm pull oci://example.com/charts/shop && promchart verify shop-1.4.0.tgz --foreign

Standard output has name, version and digest, as YAML.

Exit status: 0 all is right, 2 something is not.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  promchart completions bash > ~/.local/share/bash-completion/completions/promchart
  promchart completions zsh > ~/.zfunc/_promchart                # a folder that is in fpath
  promchart completions fish > ~/.config/fish/completions/promchart.fish

The script asks `promchart` in PATH for each completion: `--env`, `-s` and `--subchart` are completed with what the chart of
`--chart` has. Write it anew after an update.";

pub(super) const MAN: &str = "\
Examples:
  promchart man --output-dir ~/.local/share/man/man1
  man promchart-render";
