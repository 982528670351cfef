//! Passwords and encryption.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::encoding::{decode_base64, encode_base64};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("bcrypt", &[Type::String], |call, arguments| {
        bcrypted(call, &arguments.text(0)).map(Value::from)
    }),
    Function::new("htpasswd", &[Type::String, Type::String], htpasswd),
    Function::new(
        "derivePassword",
        &[
            Type::Uint32,
            Type::String,
            Type::String,
            Type::String,
            Type::String,
        ],
        derive_password,
    ),
    Function::new("encryptAES", &[Type::String, Type::String], encrypt_aes),
    Function::new("decryptAES", &[Type::String, Type::String], decrypt_aes),
];

/// The work factor of Go's bcrypt.
const BCRYPT_COST: u32 = 10;

/// How many bytes of a password bcrypt takes.
const BCRYPT_BYTES: usize = 72;

/// A password as bcrypt hashes it. One that is too long gives the reason, as in Helm.
fn bcrypted(call: &mut Call<'_>, password: &Text) -> Result<String> {
    if password.len() > BCRYPT_BYTES {
        return Ok(format!(
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds {BCRYPT_BYTES} bytes"
        ));
    }
    // It takes about 50 milliseconds.
    call.spend(1_000_000)?;
    let mut salt = [0; 16];
    call.host.random(&mut salt)?;
    bcrypt::hash_with_salt(password.as_bytes(), BCRYPT_COST, salt)
        .map(|parts| parts.format_for_version(bcrypt::Version::TwoA))
        .map_err(|error| Error::new(format!("the password cannot be hashed: {error}")))
}

/// A line of an `htpasswd` file.
fn htpasswd(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let user = arguments.text(0);
    if user.contains(&b':') {
        return Ok(Value::from(format!("invalid username: {}", user.lossy())));
    }
    let hash = bcrypted(call, &arguments.text(1))?;
    Ok(Value::text([user.as_bytes(), b":", hash.as_bytes()].concat()))
}

/// The shapes of derived passwords: each letter stands for a set of characters.
fn shapes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// The password of a site by the Master Password algorithm: of a counter, a shape, the master password, the user and
/// the site.
fn derive_password(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    const SCOPE: &[u8] = b"com.lyndir.masterpassword";
    let kind = arguments.str(1);
    let Some(shapes) = shapes(&kind) else {
        return Ok(Value::from(format!("cannot find password template {kind}")));
    };
    let failed = |error: &dyn std::fmt::Display| Error::new(format!("no password could be derived: {error}"));
    let counter = match arguments.get(0) {
        Value::Uint64(counter) => u32::try_from(*counter & 0xffff_ffff).unwrap_or(0),
        _ => 0,
    };
    let (password, user, site) = (arguments.text(2), arguments.text(3), arguments.text(4));
    // It takes about a tenth of a second, and 32 MiB that are given back at once.
    call.spend(2_000_000)?;
    let length = |text: &Text| u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    let salt = [SCOPE, &length(&user), &user].concat();
    let params = scrypt::Params::new(15, 8, 2).map_err(|error| failed(&error))?;
    let mut key = [0; 64];
    scrypt::scrypt(&password, &salt, &params, &mut key).map_err(|error| failed(&error))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| failed(&error))?;
    mac.update(SCOPE);
    mac.update(&length(&site));
    mac.update(&site);
    mac.update(&counter.to_be_bytes());
    let seed = mac.finalize().into_bytes();
    let chosen = |from: usize, index: usize| seed.get(index).map_or(0, |byte| usize::from(*byte) % from);
    let shape = shapes.get(chosen(shapes.len(), 0)).copied().unwrap_or_default();
    let derived = shape.bytes().enumerate().filter_map(|(index, letter)| {
        let characters = characters(letter);
        characters.get(chosen(characters.len(), index + 1)).copied()
    });
    Ok(Value::text(derived.collect::<Vec<u8>>()))
}

/// The key that a password is: its first 32 bytes, zeros where it is shorter.
fn aes_key(password: &Text) -> [u8; 32] {
    let mut key = [0; 32];
    for (byte, given) in key.iter_mut().zip(password.iter()) {
        *byte = *given;
    }
    key
}

/// AES-256-CBC, the initialization vector first, as base64.
fn encrypt_aes(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let plain = arguments.text(1);
    call.spend(plain.len() / 8)?;
    call.reserve(plain.len().saturating_mul(3))?;
    let mut vector = [0; 16];
    call.host.random(&mut vector)?;
    let cipher = cbc::Encryptor::<Aes256>::new(&aes_key(&arguments.text(0)).into(), &vector.into());
    let mut buffer = plain.to_vec();
    buffer.resize(plain.len() + 16, 0);
    let encrypted = cipher
        .encrypt_padded::<Pkcs7>(&mut buffer, plain.len())
        .map_err(|_| Error::new("the text cannot be padded"))?;
    Ok(Value::from(encode_base64(&[&vector, encrypted].concat())))
}

fn decrypt_aes(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    call.spend(text.len() / 8)?;
    let bytes = decode_base64(&text)
        .map_err(|place| Error::new(format!("the encrypted text is not base64, from byte {place} on")))?;
    let wrong = || Error::new("the text is not what `encryptAES` makes with this password");
    let (vector, encrypted) = bytes.split_at_checked(16).ok_or_else(wrong)?;
    let vector: [u8; 16] = vector.try_into().map_err(|_| wrong())?;
    if encrypted.is_empty() {
        return Err(wrong());
    }
    let cipher = cbc::Decryptor::<Aes256>::new(&aes_key(&arguments.text(0)).into(), &vector.into());
    let mut buffer = encrypted.to_vec();
    let plain = cipher.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| wrong())?;
    Ok(Value::text(plain))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::{call, text};
    use crate::render::go::value::Value;

    #[test]
    fn derives_passwords() {
        let derived = |counter, kind: &str| {
            let rest = [kind, "password", "user", "example.com"].map(Value::from);
            text(
                "derivePassword",
                std::iter::once(Value::Uint64(counter)).chain(rest),
            )
        };
        assert_eq!(derived(1, "long"), "ZedaFaxcZaso9*");
        assert_eq!(derived(1, "maximum"), "pf4zS1LjCg&LjhsZ7T2~");
        assert_eq!(derived(2, "medium"), "Fov2-Jal");
        assert_eq!(derived(1 << 32, "long"), "KezpWado2+Fazo");
        assert_eq!(derived(1, "x"), "cannot find password template x");
    }

    #[test]
    fn encrypts_and_decrypts() {
        let password = || Value::from("0123456789012345678901234567890123456789");
        let encrypted = text("encryptAES", [password(), Value::from("text")]);
        assert_eq!(
            text("decryptAES", [password(), Value::from(encrypted.as_str())]),
            "text"
        );
        assert!(call("decryptAES", [Value::from("other"), Value::from(encrypted)]).is_err());
        for wrong in [
            "x",
            "YWJj",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ] {
            assert!(
                call("decryptAES", [password(), Value::from(wrong)]).is_err(),
                "{wrong}"
            );
        }
        assert_eq!(text("decryptAES", [password(), Value::from("")]), "");
    }

    #[test]
    fn hashes_passwords() {
        assert!(text("htpasswd", ["a".into(), "c".into()]).starts_with("a:$2a$10$"));
        assert_eq!(
            text("htpasswd", ["a:b".into(), "c".into()]),
            "invalid username: a:b"
        );
        let long = text("bcrypt", [Value::from("x".repeat(73))]);
        assert!(long.starts_with("failed to encrypt"));
    }
}
