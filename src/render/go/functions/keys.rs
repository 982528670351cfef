//! Private keys: made, read, written, and used to sign.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crypto_primes::hazmat::{SetBits, SmallFactorsSieve, random_odd_integer};
use crypto_primes::{Flavor, is_prime};
use p256::ecdsa::signature::Signer as _;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey as RsaKey};
use sha2::{Digest as _, Sha256};

use super::Call;
use super::der::{
    BIT_STRING, Elements, INTEGER, NULL, OBJECT_ID, OCTET_STRING, SEQUENCE, bit_string, constructed, element,
    integer, pem, read_pem,
};
use crate::render::go::error::{Error, Result};
use crate::workers::{at_a_time, each};

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.113549.1.1.11
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
/// 1.2.840.10045.2.1
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// 1.2.840.10045.3.1.7
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// 1.2.840.10045.4.3.2
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// What DER has before an SHA-256 sum that RSA signs.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// The kinds of keys that are made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// With so many bits.
    Rsa(usize),
    P256,
    Ed25519,
}

/// The public exponent of RSA keys.
const EXPONENT: u64 = 65_537;

/// How many threads look for a prime at most: more would start for a few numbers each.
const MOST_THREADS: usize = 16;

/// A prime whose two highest bits are set, so that the product of two has all the bits that are wanted. It is the first after a
/// random number, however many threads look for it.
fn prime(random: &mut ChaCha20Rng, bits: usize) -> Option<BoxedUint> {
    let bits = NonZeroU32::new(u32::try_from(bits).ok()?)?;
    let threads = at_a_time(MOST_THREADS);
    loop {
        let start = random_odd_integer::<BoxedUint, _>(random, bits, SetBits::TwoMsb)
            .ok()?
            .get();
        let candidates = SmallFactorsSieve::new(start, bits, false).ok()?;
        let search = Search {
            candidates: Mutex::new(candidates.enumerate()),
            first: AtomicUsize::new(usize::MAX),
        };
        let found = each(&vec![(); threads], threads, &|()| search.run());
        if let Some((_, prime)) = found.into_iter().flatten().min_by_key(|(index, _)| *index) {
            return Some(prime);
        }
    }
}

/// A search for the first prime of some numbers.
struct Search<I> {
    candidates: Mutex<I>,
    /// The first that is known.
    first: AtomicUsize,
}

impl<I: Iterator<Item = (usize, BoxedUint)>> Search<I> {
    /// What one thread finds.
    fn run(&self) -> Option<(usize, BoxedUint)> {
        loop {
            let next = self.candidates.lock().ok()?.next();
            let (index, candidate) = next.filter(|(index, _)| *index < self.first.load(Ordering::Relaxed))?;
            if is_prime(Flavor::Any, &candidate) {
                self.first.fetch_min(index, Ordering::Relaxed);
                return Some((index, candidate));
            }
        }
    }
}

/// A private key.
#[derive(Debug)]
pub(super) enum PrivateKey {
    Rsa(Box<RsaKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// Random bytes of the host, as 32 of them make many.
fn random(call: &mut Call<'_>) -> Result<ChaCha20Rng> {
    let mut seed = [0; 32];
    call.host.random(&mut seed)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

impl PrivateKey {
    /// Makes a key. What it costs is counted first: large RSA keys take a second.
    ///
    /// # Errors
    /// The budget is spent, or there are no random bytes.
    pub fn generate(call: &mut Call<'_>, kind: Kind) -> Result<PrivateKey> {
        let failed = |error: &dyn std::fmt::Display| Error::new(format!("no key could be made: {error}"));
        match kind {
            Kind::Rsa(bits) => {
                call.spend(bits.saturating_pow(3) / 4096)?;
                // Two primes of which the exponent is not good for one in 30,000 pairs.
                for _ in 0..10 {
                    let one = prime(&mut random(call)?, bits / 2);
                    let other = prime(&mut random(call)?, bits / 2);
                    if let Some(key) = one
                        .zip(other)
                        .and_then(|(one, other)| RsaKey::from_p_q(one, other, EXPONENT.into()).ok())
                    {
                        return Ok(PrivateKey::Rsa(Box::new(key)));
                    }
                }
                Err(failed(&"no good primes were found"))
            }
            Kind::P256 => {
                call.spend(10_000)?;
                // Nearly every number is a key.
                for _ in 0..100 {
                    let mut bytes = [0; 32];
                    call.host.random(&mut bytes)?;
                    if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&bytes) {
                        return Ok(PrivateKey::P256(Box::new(key)));
                    }
                }
                Err(failed(&"the random bytes are not random"))
            }
            Kind::Ed25519 => {
                call.spend(10_000)?;
                let mut bytes = [0; 32];
                call.host.random(&mut bytes)?;
                let key = ed25519_dalek::SigningKey::from_bytes(&bytes);
                Ok(PrivateKey::Ed25519(Box::new(key)))
            }
        }
    }

    /// Reads a key in PEM: PKCS #8, PKCS #1 or SEC 1.
    ///
    /// # Errors
    /// It is not a key that is known.
    pub fn read(call: &mut Call<'_>, text: &str) -> Result<PrivateKey> {
        call.spend(text.len() + 10_000)?;
        let (label, bytes) =
            read_pem(text).ok_or_else(|| Error::new("the private key is not a PEM block of base64"))?;
        let key = match label {
            "RSA PRIVATE KEY" => read_rsa(&bytes),
            "EC PRIVATE KEY" => read_ec(&bytes, None),
            "PRIVATE KEY" => read_pkcs8(&bytes),
            other => {
                return Err(Error::new(format!(
                    "a PEM block `{other}` is not a private key that is known: RSA, EC and PKCS #8 keys are"
                )));
            }
        };
        key.ok_or_else(|| {
            Error::new(format!(
                "the `{label}` cannot be read; keys of RSA, of the curve P-256 and of Ed25519 are known"
            ))
        })
    }

    /// The key in PEM, each kind as Helm writes it.
    pub fn pem(&self) -> String {
        match self {
            PrivateKey::Rsa(key) => {
                let mut parts = vec![integer(&[0])];
                let mut number = |number: Option<&BoxedUint>| {
                    parts.push(integer(&number.map(BoxedUint::to_be_bytes).unwrap_or_default()));
                };
                number(Some(key.n()));
                number(Some(key.e()));
                number(Some(key.d()));
                let mut primes = key.primes().iter();
                number(primes.next().map(AsRef::as_ref));
                number(primes.next().map(AsRef::as_ref));
                number(key.dp());
                number(key.dq());
                number(key.qinv().map(|form| form.retrieve()).as_ref());
                pem("RSA PRIVATE KEY", &constructed(SEQUENCE, &parts))
            }
            PrivateKey::P256(key) => {
                let parts = [
                    integer(&[1]),
                    element(OCTET_STRING, &key.to_bytes()),
                    constructed(0xa0, &[element(OBJECT_ID, P256)]),
                    constructed(0xa1, &[bit_string(&point(key))]),
                ];
                pem("EC PRIVATE KEY", &constructed(SEQUENCE, &parts))
            }
            PrivateKey::Ed25519(key) => {
                let seed = element(OCTET_STRING, &key.to_bytes());
                let parts = [
                    integer(&[0]),
                    constructed(SEQUENCE, &[element(OBJECT_ID, ED25519)]),
                    element(OCTET_STRING, &seed),
                ];
                pem("PRIVATE KEY", &constructed(SEQUENCE, &parts))
            }
        }
    }

    /// The bits of the public key.
    pub fn public_bits(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(key) => constructed(
                SEQUENCE,
                &[integer(&key.n().to_be_bytes()), integer(&key.e().to_be_bytes())],
            ),
            PrivateKey::P256(key) => point(key),
            PrivateKey::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
        }
    }

    /// The public key with its algorithm, as certificates hold it.
    pub fn public_info(&self) -> Vec<u8> {
        let algorithm = match self {
            PrivateKey::Rsa(_) => vec![element(OBJECT_ID, RSA), element(NULL, &[])],
            PrivateKey::P256(_) => vec![element(OBJECT_ID, EC), element(OBJECT_ID, P256)],
            PrivateKey::Ed25519(_) => vec![element(OBJECT_ID, ED25519)],
        };
        constructed(
            SEQUENCE,
            &[constructed(SEQUENCE, &algorithm), bit_string(&self.public_bits())],
        )
    }

    /// The algorithm of its signatures.
    pub fn signature_algorithm(&self) -> Vec<u8> {
        let algorithm = match self {
            PrivateKey::Rsa(_) => vec![element(OBJECT_ID, RSA_SHA256), element(NULL, &[])],
            PrivateKey::P256(_) => vec![element(OBJECT_ID, ECDSA_SHA256)],
            PrivateKey::Ed25519(_) => vec![element(OBJECT_ID, ED25519)],
        };
        constructed(SEQUENCE, &algorithm)
    }

    /// Signs bytes. The same bytes get the same signature.
    ///
    /// # Errors
    /// The key is too small.
    pub fn sign(&self, call: &mut Call<'_>, bytes: &[u8]) -> Result<Vec<u8>> {
        call.spend(bytes.len() + 50_000)?;
        let failed = |error: &dyn std::fmt::Display| Error::new(format!("the key cannot sign: {error}"));
        match self {
            PrivateKey::Rsa(key) => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: Box::new(SHA256_PREFIX),
                };
                key.sign(scheme, &Sha256::digest(bytes))
                    .map_err(|error| failed(&error))
            }
            PrivateKey::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    key.try_sign(bytes).map_err(|error| failed(&error))?;
                let (r, s) = signature.split_bytes();
                Ok(constructed(SEQUENCE, &[integer(&r), integer(&s)]))
            }
            PrivateKey::Ed25519(key) => {
                use ed25519_dalek::Signer as _;
                Ok(key
                    .try_sign(bytes)
                    .map_err(|error| failed(&error))?
                    .to_bytes()
                    .to_vec())
            }
        }
    }
}

/// The public key as an uncompressed point.
fn point(key: &p256::ecdsa::SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

fn read_rsa(bytes: &[u8]) -> Option<PrivateKey> {
    let mut elements = Elements(Elements(bytes).expect(SEQUENCE)?);
    elements.expect(INTEGER)?;
    let mut number = || {
        let bytes = elements.expect(INTEGER)?;
        // Larger keys would take long to use.
        (bytes.len() <= 1025).then(|| BoxedUint::from_be_slice_vartime(bytes))
    };
    let (n, e, d) = (number()?, number()?, number()?);
    let primes = vec![number()?, number()?];
    let key = RsaKey::from_components(n, e, d, primes).ok()?;
    Some(PrivateKey::Rsa(Box::new(key)))
}

fn read_ec(bytes: &[u8], curve: Option<&[u8]>) -> Option<PrivateKey> {
    let mut elements = Elements(Elements(bytes).expect(SEQUENCE)?);
    elements.expect(INTEGER)?;
    let number = elements.expect(OCTET_STRING)?;
    let own = elements
        .find(|element| element.tag == 0xa0)
        .and_then(|element| Elements(element.content).expect(OBJECT_ID));
    if own.or(curve)? != P256 {
        return None;
    }
    let key = p256::ecdsa::SigningKey::from_slice(number).ok()?;
    Some(PrivateKey::P256(Box::new(key)))
}

fn read_pkcs8(bytes: &[u8]) -> Option<PrivateKey> {
    let mut elements = Elements(Elements(bytes).expect(SEQUENCE)?);
    elements.expect(INTEGER)?;
    let mut algorithm = Elements(elements.expect(SEQUENCE)?);
    let id = algorithm.expect(OBJECT_ID)?;
    let key = elements.expect(OCTET_STRING)?;
    match id {
        RSA => read_rsa(key),
        EC => read_ec(key, algorithm.expect(OBJECT_ID)),
        ED25519 => {
            let seed: [u8; 32] = Elements(key).expect(OCTET_STRING)?.try_into().ok()?;
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            Some(PrivateKey::Ed25519(Box::new(key)))
        }
        _ => None,
    }
}

/// The bits of a public key within its information.
pub(super) fn bits_of(public_info: &[u8]) -> Option<&[u8]> {
    let mut elements = Elements(Elements(public_info).expect(SEQUENCE)?);
    elements.expect(SEQUENCE)?;
    elements.expect(BIT_STRING)?.get(1..)
}
