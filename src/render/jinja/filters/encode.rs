//! Encodings and sums.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};
use sha2::{Digest, Sha256};

use super::super::record;
use super::super::shared::Shared;
use super::{node, scalar, sorted, wrong};
use crate::yaml;

/// The work factor of Go's bcrypt, which Helm's `htpasswd` uses.
const BCRYPT_COST: u32 = 10;

/// What a hash costs: it is made to be slow.
const BCRYPT_STEPS: u64 = 400_000;

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    env.add_filter("b64encode", |value: Value| -> Result<String, Error> {
        match value.as_bytes() {
            Some(bytes) => Ok(STANDARD.encode(bytes)),
            None => Ok(STANDARD.encode(scalar(&value, "b64encode")?)),
        }
    });
    env.add_filter("b64decode", |value: Value| -> Result<String, Error> {
        let text = scalar(&value, "b64decode")?;
        let bytes = STANDARD
            .decode(text.trim())
            .map_err(|_| wrong("the text is not base64"))?;
        String::from_utf8(bytes).map_err(|_| wrong("the decoded bytes are not UTF-8 text"))
    });
    let state = Arc::clone(shared);
    env.add_filter("sha256", move |value: Value| -> Result<String, Error> {
        let text = match node(&value, &state)? {
            Some(node) if node.as_map().is_some() || node.as_list().is_some() => {
                record::whole(&node);
                yaml::write_json(&sorted(&node))
            }
            _ => scalar(&value, "sha256")?,
        };
        Ok(hex(&Sha256::digest(text)))
    });
    let state = Arc::clone(shared);
    env.add_function(
        "bcrypt",
        move |password: &str, options: Kwargs| -> Result<String, Error> {
            let salt: &str = options.get("salt")?;
            options.assert_all_used()?;
            state.take_steps(BCRYPT_STEPS)?;
            let digest = Sha256::digest(salt);
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&digest[..16]);
            bcrypt::hash_with_salt(password, BCRYPT_COST, bytes)
                .map(|parts| parts.format_for_version(bcrypt::Version::TwoA))
                .map_err(|error| wrong(format!("the password cannot be hashed: {error}")))
        },
    );
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
