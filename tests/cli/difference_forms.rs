//! The forms of `promchart diff`.

use std::path::Path;

use super::differences::{NEW, against_values, chart, differs};
use super::support::{Fixture, read};

#[test]
fn secrets_stay_hidden_in_every_form() {
    let fixture = chart().file("new.yaml", NEW);
    for form in ["text", "json", "unified", "markdown", "github", "html"] {
        let run = against_values(&fixture, "/dev/null", &["--format", form]);
        assert!(!differs(&run).contains("hunter"), "{}", run.stdout);
        assert!(run.stdout.contains("login"), "{}", run.stdout);
    }
    let open = against_values(&fixture, "/dev/null", &["--show-secrets"]);
    assert!(differs(&open).contains("hunter2 -> hunter3"), "{}", open.stdout);
}

/// All forms of the same differences.
fn form(form: &str) -> String {
    let fixture = chart().file("new.yaml", NEW).file("old.yaml", "");
    differs(&against_values(&fixture, "old.yaml", &["--format", form])).to_owned()
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fixture = chart();
    let old = fixture
        .run(&["render", "--chart", "demo"])
        .stdout
        .replace("name: web, n", "name: www, n");
    let renamed = fixture.run_with_stdin(
        &[
            "diff",
            "--chart",
            "demo",
            "--against",
            "-",
            "--all",
            "--format",
            "json",
        ],
        &old,
    );
    let nothing = fixture.run_with_stdin(
        &["diff", "--chart", "demo", "--against", "-", "--format", "json"],
        "",
    );
    for text in [form("json"), renamed.stdout, nothing.stdout] {
        let json = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
    let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
    let claim = &json["objects"][2];
    assert_eq!(claim["dangers"][0]["code"], "claim-shrinks");
    assert_eq!(
        claim["fields"][0]["causes"][0],
        serde_json::json!({"value": "size", "file": "new.yaml", "line": 2, "column": 7})
    );
    assert_eq!(json["objects"][3]["restart"]["how"], "one-by-one");
    let inside = serde_json::json!(["data", "app.yaml", {"inside": "yaml"}, "log", "level"]);
    assert_eq!(json["objects"][1]["fields"][0]["steps"], inside);
}

#[test]
fn unified_is_what_diff_prints() {
    let text = form("unified");
    assert!(
        text.contains(
            "--- PersistentVolumeClaim/default/data\n+++ PersistentVolumeClaim/default/data\n@@ -8,4 +8,4 @@\n   - ReadWriteOnce\n   resources:\n     requests:\n-      storage: 1Gi\n+      storage: 500Mi\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("# Secret/default/login: 1 secret changed, hidden\n"),
        "{text}"
    );
}

#[test]
fn markdown_is_a_comment() {
    assert_eq!(
        form("markdown"),
        "\
## What this changes

**4 changed** between `old.yaml` and `this render`.

- 🛑 `PersistentVolumeClaim/default/data`: a claim cannot shrink: the API server refuses the update, at `spec.resources.requests.storage`, because of `size (new.yaml:2)`. _Keep the size; for a smaller volume make another claim and copy the data_ (claim-shrinks)

| | object | fields | pods |
|---|---|---|---|
| changed | `Secret/default/login` | 1 |  |
| changed | `ConfigMap/default/config` | 1 |  |
| changed | `PersistentVolumeClaim/default/data` | 1 |  |
| changed | `Deployment/default/web` | 1 | restart one by one |

<details><summary>changed <code>PersistentVolumeClaim/default/data</code></summary>

```diff
@@ spec.resources.requests.storage @@ 🛑 claim-shrinks
- 1Gi
+ 500Mi
# because of size (new.yaml:2)
```

</details>
<details><summary>changed <code>Secret/default/login</code></summary>

```diff
! stringData.password: *** (changed, hidden)
# because of password (new.yaml:4)
```

</details>
<details><summary>changed <code>ConfigMap/default/config</code></summary>

```diff
@@ data.\"app.yaml\" > log.level @@
- info
+ debug
# because of level (new.yaml:3)
```

</details>
<details><summary>changed <code>Deployment/default/web</code></summary>

```diff
@@ spec.template.spec.containers[name=web].image @@
- web:1
+ web:2
# because of tag (new.yaml:1)
```

</details>

"
    );
}

#[test]
fn a_comment_that_is_too_long_is_cut_where_an_object_ends() {
    let objects = |text: &str| {
        (0..400)
            .map(|number| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\ndata: {{a: '{text}'}}\n"))
            .collect::<String>()
    };
    let fixture = Fixture::with_template("", &objects(&"x".repeat(200)));
    let old = objects(&"y".repeat(200));
    let run = fixture.run_with_stdin(
        &[
            "diff",
            "--chart",
            "demo",
            "--against",
            "-",
            "--format",
            "markdown",
        ],
        &old,
    );
    let text = differs(&run);
    assert!(text.chars().count() <= 65_536, "{}", text.len());
    assert!(text.contains("of 400 objects are left out**"), "{text}");
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}

#[test]
fn a_line_that_nobody_reads_is_shortened() {
    let object = |text: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{a: '{text}'}}\n")
    };
    let fixture = Fixture::with_template("", &object(&"x".repeat(5000)));
    let old = object(&"y".repeat(5000));
    let diff = |more: &[&str]| {
        let all = [&["diff", "--chart", "demo", "--against", "-"], more].concat();
        differs(&fixture.run_with_stdin(&all, &old)).to_owned()
    };
    let text = diff(&[]);
    let shown = format!("+ {}... (4600 more characters)\n", "x".repeat(400));
    assert!(text.contains(&shown), "{text}");
    // With the sign, that is of the line there.
    let text = diff(&["--format", "markdown"]);
    assert!(text.contains("... (4602 more characters)\n"), "{text}");
    assert!(diff(&["--full"]).contains(&"x".repeat(5000)));
}

#[test]
fn github_annotates_the_lines_of_values() {
    assert_eq!(
        form("github"),
        "\
::error file=new.yaml,line=2,title=claim-shrinks::PersistentVolumeClaim/default/data (spec.resources.requests.storage): a claim cannot shrink: the API server refuses the update. Keep the size; for a smaller volume make another claim and copy the data
::notice file=new.yaml,line=1,title=what this line changes::Deployment/default/web spec.template.spec.containers[name=web].image: web:1 -> web:2
::notice file=new.yaml,line=2,title=what this line changes::PersistentVolumeClaim/default/data spec.resources.requests.storage: 1Gi -> 500Mi
::notice file=new.yaml,line=3,title=what this line changes::ConfigMap/default/config data.\"app.yaml\" > log.level: info -> debug
::notice file=new.yaml,line=4,title=what this line changes::Secret/default/login stringData.password: ***
"
    );
}

#[test]
fn html_is_one_page_that_fetches_nothing() {
    let page = form("html");
    assert!(page.starts_with("<!DOCTYPE html>\n") && page.ends_with("</body></html>\n"));
    for tag in [
        "details", "summary", "table", "tr", "td", "div", "pre", "p", "b", "code",
    ] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(
            opened,
            page.matches(&format!("</{tag}>")).count(),
            "{tag}\n{page}"
        );
    }
    assert!(
        !page.contains("<script") && !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    let (_, body) = page.split_once("</head>").unwrap();
    assert_eq!(
        body,
        r##"<body>
<h1>What this changes</h1>
<p><b>4 changed</b> between <code>old.yaml</code> and <code>this render</code></p>
<h2>Dangers</h2>
<div class="danger error"><p><b class="error">error</b> <a href="#o2"><code>PersistentVolumeClaim/default/data</code></a>: a claim cannot shrink: the API server refuses the update</p><p>at <code>spec.resources.requests.storage</code></p><div class="why">because of size (new.yaml:2)</div><p><i>Keep the size; for a smaller volume make another claim and copy the data</i> <span class="soft">claim-shrinks</span></p></div>
<h2>Pods restart</h2>
<div><a href="#o3"><code>Deployment/default/web</code></a> one by one</div>
<h2>Objects</h2>
<details class="group" open><summary>namespace <code>default</code> <span class="soft">4 objects</span></summary><div>
<details class="group" open><summary><code>Secret</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>login</code> <span class="soft">~1</span></summary><div id="o0">
<table>
<tr><td colspan="2"><b>stringData.password</b><div class="why">because of password (new.yaml:4)</div></td></tr><tr><td class="side" colspan="2">*** (changed, hidden)</td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>ConfigMap</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>config</code> <span class="soft">~1</span></summary><div id="o1">
<table>
<tr><td colspan="2"><b>data.&quot;app.yaml&quot; &gt; log.level</b><div class="why">because of level (new.yaml:3)</div></td></tr><tr><td class="side old"><pre>info</pre></td><td class="side new"><pre>debug</pre></td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>PersistentVolumeClaim</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>data</code> <span class="soft">~1</span> <b class="error">claim-shrinks</b></summary><div id="o2">
<table>
<tr><td colspan="2"><b>spec.resources.requests.storage</b> <b class="error">claim-shrinks</b><div class="why">because of size (new.yaml:2)</div></td></tr><tr><td class="side old"><pre>1Gi</pre></td><td class="side new"><pre>500Mi</pre></td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>Deployment</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>web</code> <span class="soft">~1 &middot; pods restart one by one</span></summary><div id="o3">
<table>
<tr><td colspan="2"><b>spec.template.spec.containers[name=web].image</b><div class="why">because of tag (new.yaml:1)</div></td></tr><tr><td class="side old"><pre>web:1</pre></td><td class="side new"><pre>web:2</pre></td></tr>
</table>
</div></details>
</div></details>
</div></details>
</body></html>
"##
    );
    // What stands in an object is text.
    let fixture = Fixture::with_template(
        "",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '<script>x</script>'}\n",
    );
    let old = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";
    let run = fixture.run_with_stdin(
        &["diff", "--chart", "demo", "--against", "-", "--format", "html"],
        old,
    );
    assert!(differs(&run).contains("&lt;script&gt;x"), "{}", run.stdout);
}
