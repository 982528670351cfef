//! Folders that are written whole or not at all.

use super::*;

fn files(paths: &[(&str, &str)]) -> Vec<(String, String)> {
    paths
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

/// Every path below a folder with its text, so that a left-over would show.
fn tree(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_dir() {
                found.push((format!("{name}/"), String::new()));
                open.push(path);
            } else {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn error(result: Result<()>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn writes_a_new_folder_with_its_parents() {
    let root = tempfile::tempdir().unwrap();
    write_tree(
        &root.path().join("a/b"),
        &files(&[("t/x.yaml", "x\n"), ("y.yaml", "y\n")]),
    )
    .unwrap();
    let expected = files(&[
        ("a/", ""),
        ("a/b/", ""),
        ("a/b/t/", ""),
        ("a/b/t/x.yaml", "x\n"),
        ("a/b/y.yaml", "y\n"),
    ]);
    assert_eq!(tree(root.path()), expected);
}

#[test]
fn replaces_files_and_leaves_others_alone() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("x.yaml"), "old").unwrap();
    fs::write(root.path().join("other"), "other").unwrap();
    write_tree(root.path(), &files(&[("x.yaml", "new"), ("t/y.yaml", "y")])).unwrap();
    assert_eq!(
        tree(root.path()),
        files(&[
            ("other", "other"),
            ("t/", ""),
            ("t/y.yaml", "y"),
            ("x.yaml", "new")
        ])
    );
}

#[test]
fn changes_nothing_when_a_file_cannot_take_its_place() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a.yaml"), "old a").unwrap();
    fs::write(root.path().join("file"), "in the way").unwrap();
    fs::create_dir_all(root.path().join("z.yaml/sub")).unwrap();
    let before = tree(root.path());
    let result = write_tree(
        root.path(),
        &files(&[("a.yaml", "new a"), ("new/b.yaml", "b"), ("z.yaml", "z")]),
    );
    let target = root.path().join("z.yaml").display().to_string();
    assert_eq!(
        error(result),
        format!("error: cannot write `{target}`: it is a folder")
    );
    assert_eq!(tree(root.path()), before);

    let result = write_tree(root.path(), &files(&[("a.yaml", "new a"), ("file/b.yaml", "b")]));
    let target = root.path().join("file").display().to_string();
    assert_eq!(
        error(result),
        format!("error: cannot write `{target}`: a file is in the way of a folder")
    );
    assert_eq!(tree(root.path()), before);
}

#[test]
fn removes_the_parents_that_it_made() {
    let root = tempfile::tempdir().unwrap();
    // Two files that need the same name, once as a file and once as a folder.
    let result = write_tree(&root.path().join("a/b"), &files(&[("x", "1"), ("x/y", "2")]));
    let target = root.path().join("a/b/x/y").display().to_string();
    assert_eq!(
        error(result),
        format!("error: cannot write `{target}`: a file is in the way of a folder")
    );
    assert_eq!(tree(root.path()), []);
}

#[test]
fn says_where_a_file_is_in_the_way() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "text").unwrap();
    let shown = file.display().to_string();
    let result = write_tree(&file, &files(&[("a", "a")]));
    assert_eq!(
        error(result),
        format!("error: cannot write to `{shown}`: it is a file, not a folder")
    );
    let result = write_tree(&file.join("sub"), &files(&[("a", "a")]));
    assert_eq!(
        error(result),
        format!("error: cannot write `{shown}/sub`: Not a directory")
    );
    assert_eq!(tree(root.path()), files(&[("file", "text")]));
}

#[test]
fn names_the_folder_that_the_system_refuses() {
    // Nobody can make files there, not even root.
    let result = write_tree(Path::new("/proc/promchart"), &files(&[("a", "a")]));
    assert!(error(result).starts_with("error: cannot write `/proc/promchart`: "));
}

#[test]
fn refuses_paths_that_leave_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("out");
    let shown = dir.display();
    let result = write_tree(
        &dir,
        &files(&[("../a", ""), ("/b", ""), ("", ""), ("ok", ""), ("ok", "")]),
    );
    let expected = format!(
        "error: cannot write `../a`: the path leaves the folder `{shown}`\n\
         error: cannot write `/b`: the path leaves the folder `{shown}`\n\
         error: cannot write ``: the path leaves the folder `{shown}`\n\
         error: cannot write `ok` twice to the folder `{shown}`"
    );
    assert_eq!(error(result), expected);
    assert_eq!(tree(root.path()), []);
}

#[cfg(unix)]
#[test]
fn does_not_follow_a_link_out_of_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let (inside, outside) = (root.path().join("in"), root.path().join("outside"));
    fs::create_dir(&inside).unwrap();
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("t")).unwrap();
    let result = write_tree(&inside, &files(&[("a", "a"), ("t/x", "x")]));
    let expected = format!(
        "error: cannot write `t`: a symbolic link leads out of the folder `{}`",
        inside.display()
    );
    assert_eq!(error(result), expected);
    assert_eq!(tree(&outside), []);
    assert!(!inside.join("a").exists());
}

#[test]
fn what_is_the_same_is_not_touched() {
    let root = tempfile::tempdir().unwrap();
    let (a, b) = (root.path().join("t/a"), root.path().join("t/b"));
    write_tree(root.path(), &files(&[("t/a", "a"), ("t/b", "b")])).unwrap();
    let before = [File::open(&a).unwrap(), File::open(&b).unwrap()];
    write_tree(root.path(), &files(&[("t/a", "a"), ("t/b", "c")])).unwrap();
    assert!(is_same(&before[0], &a));
    assert!(!is_same(&before[1], &b));
}

#[test]
fn a_new_folder_takes_one_rename() {
    let root = tempfile::tempdir().unwrap();
    let transaction = Transaction {
        dir: root.path(),
        made: Vec::new(),
        signals: Waiting::begin(),
    };
    let tree = files(&[("t/a", "a"), ("t/u/b", "b"), ("t/u/c", "c")]);
    let (plan, _) = transaction.plan(&borrowed(&tree), None).unwrap();
    assert_eq!(plan.steps.len(), 1, "{:?}", plan.steps);
    fs::create_dir(root.path().join("t")).unwrap();
    fs::write(root.path().join("t/a"), "a").unwrap();
    let (plan, _) = transaction.plan(&borrowed(&tree), None).unwrap();
    assert_eq!(plan.steps.len(), 1, "{:?}", plan.steps);
    assert_eq!(plan.steps[0].path(), "t/u");
}

/// After each step a process may be killed: the next one brings back what was there.
#[test]
fn what_a_killed_process_began_is_undone() {
    let before = [("t/a", "old"), ("t/gone", "gone"), ("other", "mine"), (INDEX, "")];
    let new = files(&[("t/a", "new"), ("t/b", "b"), ("u/v/c", "c"), ("u/d", "d")]);
    for killed_after in 0..=5 {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path();
        write_tree(dir, &files(&before[..3])).unwrap();
        let record = |prune| Some(Record { owner: "me", prune });
        write_recorded(dir, &files(&before[1..2]), "me", false).unwrap();
        let was = tree(dir);
        let transaction = Transaction {
            dir,
            made: Vec::new(),
            signals: Waiting::begin(),
        };
        let staging = dir.join(STAGING);
        let stage = Stage {
            dir,
            staging: &staging,
        };
        let (plan, _) = transaction.plan(&borrowed(&new), record(true)).unwrap();
        assert_eq!(plan.steps.len(), 5, "{:?}", plan.steps);
        // All is prepared and some of it done.
        let begun = Plan {
            steps: Vec::new(),
            contents: plan.contents.clone(),
            unchanged: HashSet::new(),
        };
        transaction.perform(&stage, &begun).unwrap();
        fs::write(staging.join(JOURNAL), journal::write(&plan.steps)).unwrap();
        for (index, step) in plan.steps.iter().enumerate().take(killed_after) {
            stage.perform(index, step).unwrap();
        }
        // Somebody else's file in a folder that is new.
        let foreign = killed_after > 2 && dir.join("u").is_dir();
        if foreign {
            fs::write(dir.join("u/foreign"), "x").unwrap();
        }
        transaction.recover(&stage).unwrap();
        let mut expected = was.clone();
        if foreign {
            expected.extend(files(&[("u/", ""), ("u/foreign", "x")]));
            expected.sort();
        }
        assert_eq!(tree(dir), expected, "killed after {killed_after} steps");
        // And the next one does its own work.
        let written = write_recorded(dir, &new, "me", true).unwrap();
        assert_eq!(written.removed, ["t/gone"]);
        assert_eq!(fs::read_to_string(dir.join("t/a")).unwrap(), "new");
        assert!(!dir.join("t/gone").exists() && !staging.exists());
    }
}

#[test]
fn prune_removes_what_this_owner_wrote_and_nobody_changed() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("out");
    let write =
        |paths: &[(&str, &str)], owner, prune| write_recorded(&dir, &files(paths), owner, prune).unwrap();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("foreign.yaml"), "foreign").unwrap();
    write(
        &[("a/x", "x"), ("a/y", "y"), ("b/z", "z"), ("b/gone", "g")],
        "one",
        false,
    );
    write(&[("c/other", "o"), ("a/y", "y")], "two", true);
    // Without `prune` everything stays, and is remembered.
    write(&[("b/z", "z")], "one", false);
    fs::write(dir.join("a/x"), "changed").unwrap();
    fs::remove_file(dir.join("b/gone")).unwrap();
    let written = write(&[("d/new", "n")], "one", true);
    let expected = Written {
        files: vec![("d/new".to_owned(), false)],
        removed: vec!["b/z".to_owned()],
        kept: vec!["a/x".to_owned()],
    };
    assert_eq!(written, expected);
    let names: Vec<String> = tree(&dir).into_iter().map(|(name, _)| name).collect();
    // `a/y` is the second owner's now; the empty folder `b` went with its last file.
    assert_eq!(
        names,
        [
            INDEX,
            "a/",
            "a/x",
            "a/y",
            "c/",
            "c/other",
            "d/",
            "d/new",
            "foreign.yaml"
        ]
    );
    // What somebody changed is his: it is not spoken of again.
    assert_eq!(write(&[("d/new", "n")], "one", true).kept, Vec::<String>::new());
    assert_eq!(write(&[], "two", true).removed, ["a/y", "c/other"]);
}

#[cfg(unix)]
#[test]
fn prune_never_leaves_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let (dir, outside) = (root.path().join("out"), root.path().join("outside"));
    write_recorded(&dir, &files(&[("t/x", "x")]), "me", false).unwrap();
    fs::rename(dir.join("t"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, dir.join("t")).unwrap();
    fs::write(root.path().join("y"), "y").unwrap();
    let index = fs::read_to_string(dir.join(INDEX)).unwrap();
    let more = format!(
        "{index}{}  ../y
",
        index::sum(b"y")
    );
    fs::write(dir.join(INDEX), more).unwrap();
    let written = write_recorded(&dir, &files(&[]), "me", true).unwrap();
    assert_eq!(written, Written::default());
    assert!(outside.join("x").exists() && root.path().join("y").exists());
}

#[test]
fn refuses_the_names_of_its_own_notes() {
    let root = tempfile::tempdir().unwrap();
    let paths = [(INDEX, ""), (".promchart-staging/x", "")];
    assert_eq!(
        error(write_tree(root.path(), &files(&paths))),
        "error: cannot write `.promchart-files`: the name is reserved for promchart\n\
         error: cannot write `.promchart-staging/x`: the name is reserved for promchart"
    );
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("out");
    let names: Vec<String> = (0..20).map(|number| format!("t/{number}")).collect();
    let write = |text: &str| {
        let tree: Vec<(String, String)> = names.iter().map(|name| (name.clone(), text.to_owned())).collect();
        write_tree(&dir, &tree).unwrap();
    };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || (0..5).for_each(|round| write(&format!("{thread} {round}"))));
        }
    });
    let texts: HashSet<String> = names
        .iter()
        .map(|name| fs::read_to_string(dir.join(name)).unwrap())
        .collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(tree(&dir).len(), 21);
}
