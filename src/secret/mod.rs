//! What must not be shown: values under keys that sound like a secret. Messages end up in the logs of CI.
//!
//! One list of words decides for everybody. Texts are read by their lines, not as YAML: what is shown beside a message is often a
//! text that cannot be read. Where it is not clear how much belongs to a value, more is hidden.

mod argument;
mod inline;
mod text;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::source::Source;

/// What stands for a value that is hidden.
pub const MASK: &str = "***";

/// Written together and in lower case, a key that holds one of these has a secret.
const PARTS: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "authkey",
    "authorization",
    "basicauth",
    "bearer",
    "connectionstring",
    "cookie",
    "credential",
    "encryptionkey",
    "htpasswd",
    "kubeconfig",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "routingkey",
    "secret",
    "servicekey",
    "signingkey",
    "token",
    "userkey",
    "webhook",
];

/// A key that has one of these as a word of its own has a secret.
const WORDS: &[&str] = &["dsn", "jwt", "pass", "pwd"];

/// A key that ends so has a secret: `slack_api_url`.
const ENDS: &[&str] = &["apiurl"];

/// A key whose last word is one of these says where a secret is, or how it is treated: `secretName`, `password_file`.
const ABOUT: &[&str] = &[
    "annotations",
    "audience",
    "audiences",
    "create",
    "enabled",
    "expiration",
    "file",
    "files",
    "labels",
    "mode",
    "mount",
    "mounts",
    "name",
    "namespace",
    "names",
    "path",
    "paths",
    "ref",
    "refs",
    "seconds",
    "type",
];

/// The first two letters of each part, end and word: a bit for the second, by the first.
const BEGINNINGS: [u32; 26] = {
    let lists = [PARTS, ENDS, WORDS];
    let mut beginnings = [0; 26];
    let (mut list, mut word) = (0, 0);
    while list < lists.len() {
        if word < lists[list].len() {
            let bytes = lists[list][word].as_bytes();
            beginnings[(bytes[0] - b'a') as usize] |= 1 << (bytes[1] - b'a');
            word += 1;
        } else {
            (list, word) = (list + 1, 0);
        }
    }
    beginnings
};

/// Whether a key has a part, end or word of a secret's anywhere: nearly all keys have none, and need no further look.
fn may_be_secret(key: &str) -> bool {
    let mut letters = [0; 64];
    if !key.is_ascii() || key.len() > letters.len() {
        return true;
    }
    let mut length = 0;
    let bytes = key.bytes().filter(u8::is_ascii_alphanumeric);
    for (letter, byte) in letters.iter_mut().zip(bytes) {
        *letter = byte.to_ascii_lowercase();
        length += 1;
    }
    let together = letters.get(..length).unwrap_or_default();
    let is_beginning = |pair: &[u8]| {
        let letter = |at: usize| pair.get(at)?.checked_sub(b'a');
        let seconds = letter(0).and_then(|first| BEGINNINGS.get(usize::from(first)));
        seconds
            .zip(letter(1))
            .is_some_and(|(seconds, second)| seconds >> second & 1 == 1)
    };
    let begins = |at: usize| {
        let rest = together.get(at..).unwrap_or_default();
        let words = [PARTS, ENDS, WORDS];
        words
            .iter()
            .copied()
            .flatten()
            .any(|word| rest.starts_with(word.as_bytes()))
    };
    (together.windows(2).enumerate()).any(|(at, pair)| is_beginning(pair) && begins(at))
}

/// Whether what stands under a key is not to be shown. `apiKey`, `api_key`, `api-key` and `APIKEY` are one key.
pub fn is_secret_key(key: &str) -> bool {
    if !may_be_secret(key) {
        return false;
    }
    let words = words(key);
    let together = words.concat();
    let is_about = words.last().is_some_and(|last| ABOUT.contains(&last.as_str()))
        || words.first().is_some_and(|first| first == "existing")
        || together == "imagepullsecrets";
    let sounds = PARTS.iter().any(|part| together.contains(part))
        || ENDS.iter().any(|end| together.ends_with(end))
        || words.iter().any(|word| WORDS.contains(&word.as_str()));
    sounds && !is_about
}

/// Below a key that ends so, other keys are free names: whatever they sound like, they hold secrets.
const FREE: &[&str] = &["data", "env", "environment", "values", "variables", "vars"];

/// How a value is treated, by the keys that lead to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    /// It is shown.
    #[default]
    Open,
    /// It is hidden; a key below that only says where a secret is is not.
    Hidden,
    /// It stands for a Secret, as a volume's `secret` does: hidden but for the Secret's name.
    Reference,
    /// It is hidden, and so is all below it.
    Sealed,
}

impl Way {
    /// How the value of a key is treated that stands in a map which is treated so.
    #[must_use]
    pub fn below(self, key: &str) -> Way {
        if self == Way::Sealed {
            return self;
        }
        let may_be_secret = may_be_secret(key);
        if (may_be_secret && names_a_secret(key)) || (self == Way::Reference && key == "name") {
            return Way::Open;
        }
        if !may_be_secret || !is_secret_key(key) {
            return match self {
                Way::Reference => Way::Hidden,
                way => way,
            };
        }
        let words = words(key);
        match words.as_slice() {
            [word] if word == "secret" || word == "secrets" => Way::Reference,
            [.., last] if FREE.contains(&last.as_str()) => Way::Sealed,
            _ => Way::Hidden,
        }
    }

    /// Whether the value is not to be shown.
    pub fn is_secret(self) -> bool {
        self != Way::Open
    }
}

/// Whether a key holds the name of a Secret or of a file with one, and never a secret: `secretName`, `tokenSecretRef`, `password_file`. A name
/// of a variable (`SECRET_NAME`) is not such a key.
fn names_a_secret(key: &str) -> bool {
    if !key.contains(|c: char| c.is_lowercase()) {
        return false;
    }
    let words = words(key);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let sounds = || PARTS.iter().any(|part| words.concat().contains(part));
    matches!(
        words.as_slice(),
        ["secret", "name"]
            | ["existing", "secret"]
            | ["existing", "secret", "name"]
            | [.., "secret", "ref"]
            | [.., "secret", "key", "ref"]
    ) || (words.last() == Some(&"file") && sounds())
}

/// Whether a path such as `server.env[0].password` leads to what is not to be shown.
pub fn is_secret_path(path: &str) -> bool {
    let keys = path.split(['.', '[', ']', '"']);
    let keys = keys.filter(|key| !key.is_empty() && !key.bytes().all(|byte| byte.is_ascii_digit()));
    keys.fold(Way::Open, Way::below).is_secret()
}

/// The words of a key, in lower case.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_new = true;
    let mut was_lower = false;
    for c in key.chars().take(200) {
        if !c.is_alphanumeric() {
            is_new = true;
            continue;
        }
        if is_new || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        is_new = false;
        was_lower = !c.is_uppercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// The parts of a source's text that are not to be shown, in bytes and in order.
pub fn parts(source: &Source) -> Vec<Range<usize>> {
    match source.name().split_once(' ') {
        // A flag, as `--set a=1`: its text is its argument.
        Some((flag, _)) if flag.starts_with("--set") => argument::parts(flag, source.text()),
        _ => text::parts(source.text()),
    }
}

/// The argument of a `--set` flag as it may be shown.
pub fn masked_argument(flag: &str, argument: &str) -> String {
    without(argument, &argument::parts(flag, argument))
}

/// A text, such as an address, as it may be shown.
pub fn masked(text: &str) -> String {
    without(text, &text::parts(text))
}

fn without(text: &str, parts: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for part in parts {
        shown.push_str(text.get(end..part.start).unwrap_or_default());
        shown.push_str(MASK);
        end = part.end;
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    shown
}

/// Values that are hidden in messages, wherever they come from.
#[derive(Debug, Default)]
pub struct Hidden(BTreeSet<String>);

/// The most values that are looked for in messages.
const MOST_HIDDEN: usize = 1000;
/// The longest value that is looked for, in bytes: a message shows no longer one.
const LONGEST_HIDDEN: usize = 1000;
/// The shortest value that is looked for outside backticks: a shorter one stands in ordinary words.
const SHORTEST_HIDDEN: usize = 4;
/// No secrets, but words of our own messages: `tlsSecretPerReplica: {enabled: true}`.
const SWITCHES: &[&str] = &["false", "null", "true"];

impl Hidden {
    /// Adds the parts of a source's text, each line of them by itself.
    pub fn add(&mut self, source: &Source, parts: &[Range<usize>]) {
        for part in parts {
            let text = source.text().get(part.clone()).unwrap_or_default();
            for line in text.lines() {
                let line = line.trim();
                // Behind a tag or an anchor, and without the sign of an alias.
                let bare = line.trim_start_matches(['*', '&']);
                let bare = match bare.split_once(' ') {
                    Some((_, value)) if line.starts_with(['!', '&']) => value,
                    _ => bare,
                };
                for value in [line, bare] {
                    let value = value.trim_matches(['"', '\'', ',']);
                    if value.len() > 1
                        && value.len() <= LONGEST_HIDDEN
                        && self.0.len() < MOST_HIDDEN
                        && !SWITCHES.contains(&value)
                    {
                        self.0.insert(value.to_owned());
                    }
                }
            }
        }
    }

    /// A message without those values.
    pub fn masked(&self, message: &str) -> String {
        let mut message = message.to_owned();
        // Longest first: one may hold another.
        let mut values: Vec<&String> = self
            .0
            .iter()
            .filter(|value| message.contains(value.as_str()))
            .collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in values {
            if value.len() >= SHORTEST_HIDDEN {
                message = replace_word(&message, value);
            }
            message = message.replace(&format!("`{value}`"), &format!("`{MASK}`"));
        }
        message
    }
}

/// Replaces a value where it is no part of a longer word.
fn replace_word(text: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    for (start, found) in text.match_indices(value) {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text
            .get(start + found.len()..)
            .and_then(|after| after.chars().next());
        if is_word(before) && is_word(value.chars().next())
            || is_word(after) && is_word(value.chars().next_back())
        {
            continue;
        }
        out.push_str(text.get(end..start).unwrap_or_default());
        out.push_str(MASK);
        end = start + found.len();
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_look_overlooks_no_secret() {
        for word in PARTS.iter().chain(ENDS).chain(WORDS) {
            let apart: String = word.chars().flat_map(|letter| [letter, '-']).collect();
            for key in [
                (*word).to_owned(),
                word.to_uppercase(),
                format!("x9{word}"),
                format!("a.{apart}"),
            ] {
                assert!(may_be_secret(&key), "{key}");
            }
        }
        assert!(may_be_secret(&"x".repeat(65)));
        // Its lower case is ASCII.
        assert!(is_secret_key("TO\u{212a}EN"));
        for key in [
            "image", "service1", "env", "labels", "hosts", "p4ssword", "to.k", "", "s",
        ] {
            assert!(!may_be_secret(key), "{key}");
        }
    }

    #[test]
    fn keys_are_known_in_every_spelling() {
        for key in [
            "password",
            "adminPassword",
            "admin_password",
            "ADMIN-PASSWORD",
            "passphrase",
            "privateKey",
            "private_key",
            "pwd",
            "dbPwd",
            "bearer",
            "bearer_token",
            "authorization",
            "webhook",
            "webhookUrl",
            "dsn",
            "SENTRY_DSN",
            "slack_api_url",
            "opsgenieApiUrl",
            "opsgenie_api_key",
            "apiKey",
            "APIKEY",
            "token",
            "clientSecret",
            "credentials",
            "basicAuthUsers",
            "routing_key",
            "smtp_auth_pass",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in [
            "name",
            "secretName",
            "existingSecret",
            "password_file",
            "bearer_token_file",
            "secretKeyRef",
            "extraSecretMounts",
            "imagePullSecrets",
            "tokenExpirationSeconds",
            "key",
            "compass",
            "bypassed",
            "url",
            "",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
        assert!(is_secret_path("server.remoteWrite[0].basic_auth.password"));
        assert!(is_secret_path("a[\"api-key\"][0]"));
        assert!(!is_secret_path("server.remoteWrite[0].url"));
    }

    #[test]
    fn the_name_of_a_secret_is_not_one() {
        for path in [
            "extraVolumes[0].secret.secretName",
            "volumes[0].projected.sources[0].secret.name",
            "secrets[0].name",
            "credentials.existingSecret",
            "basicAuth.passwordSecretRef.name",
            "env[0].valueFrom.secretKeyRef.key",
            "basic_auth.password_file",
        ] {
            assert!(!is_secret_path(path), "{path}");
        }
        for path in [
            "secret.value",
            "secret.items[0].name",
            "secretEnv.secretName",
            "secretData.password_file",
            "credentials.name",
            "credentials.SECRET_NAME",
            "basicAuth.user",
            "tokens[0].name",
        ] {
            assert!(is_secret_path(path), "{path}");
        }
    }

    #[test]
    fn messages_lose_the_values() {
        let source = Source::new(
            "v",
            "password: hunter2\ntoken: ab\nprivateKey: |\n  first line\n  second line\nsecretTls:\n  enabled: 'true'\n",
        );
        let mut hidden = Hidden::default();
        hidden.add(&source, &parts(&source));
        assert_eq!(
            hidden.masked("`hunter2`: hunter2, hunter22, xhunter2 `ab` cab `a second line b` is true"),
            "`***`: ***, hunter22, xhunter2 `***` cab `a *** b` is true"
        );
    }
}
