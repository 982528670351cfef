//! Certificates and private keys for charts that make their own.

use std::any::Any;
use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use super::convert::{described, to_text};
use super::der::{
    BIT_STRING, Elements, INTEGER, OBJECT_ID, OCTET_STRING, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING,
    bit_string, constructed, element, integer, pem, read_pem,
};
use super::encoding::decode_base64;
use super::keys::{self, Kind, PrivateKey};
use super::time::Time;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{List, Object, Value};

const CERTIFICATE: Type = Type::Object("sprig.certificate");

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("genPrivateKey", &[Type::String], gen_private_key),
    Function::new("genCA", &[Type::String, Type::Int], gen_ca),
    Function::new("genCAWithKey", &[Type::String, Type::Int, Type::String], gen_ca),
    Function::new(
        "genSelfSignedCert",
        &[Type::String, Type::List, Type::List, Type::Int],
        gen_self_signed,
    ),
    Function::new(
        "genSelfSignedCertWithKey",
        &[Type::String, Type::List, Type::List, Type::Int, Type::String],
        gen_self_signed,
    ),
    Function::new(
        "genSignedCert",
        &[Type::String, Type::List, Type::List, Type::Int, CERTIFICATE],
        gen_signed,
    ),
    Function::new(
        "genSignedCertWithKey",
        &[
            Type::String,
            Type::List,
            Type::List,
            Type::Int,
            CERTIFICATE,
            Type::String,
        ],
        gen_signed,
    ),
    Function::new("buildCustomCert", &[Type::String, Type::String], build_custom),
];

/// A certificate with its key, both in PEM.
#[derive(Debug)]
struct Certificate {
    cert: Text,
    key: Text,
}

impl Object for Certificate {
    fn type_name(&self) -> &'static str {
        "sprig.certificate"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(Value::String(self.cert.clone())),
            "Key" => Some(Value::String(self.key.clone())),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Cert", Value::String(self.cert.clone())),
            ("Key", Value::String(self.key.clone())),
        ]
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        let other = other.as_any().downcast_ref::<Certificate>();
        other.is_some_and(|other| self.cert == other.cert && self.key == other.key)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn gen_private_key(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let kind = match &*arguments.str(0) {
        "" | "rsa" => Kind::Rsa(4096),
        "ecdsa" => Kind::P256,
        "ed25519" => Kind::Ed25519,
        "dsa" => {
            return Err(Error::new(
                "keys of DSA are not made any more; `rsa`, `ecdsa` and `ed25519` are",
            ));
        }
        other => return Ok(Value::from(format!("Unknown type {other}"))),
    };
    Ok(Value::from(PrivateKey::generate(call, kind)?.pem()))
}

/// What a certificate says.
struct Subject {
    common_name: Text,
    addresses: Vec<IpAddr>,
    names: Vec<Text>,
    days: i64,
    is_authority: bool,
}

impl Subject {
    /// By the first arguments of the functions: name, addresses, other names and days.
    fn of(call: &mut Call<'_>, arguments: &Arguments) -> Result<Subject> {
        Ok(Subject {
            common_name: arguments.text(0),
            addresses: addresses(call, &arguments.list(1))?,
            names: names(call, &arguments.list(2))?,
            days: arguments.int(3),
            is_authority: false,
        })
    }
}

fn addresses(call: &mut Call<'_>, list: &List) -> Result<Vec<IpAddr>> {
    let mut found = Vec::new();
    call.spend(list.len())?;
    for slot in list.slots() {
        call.note(slot);
        let Value::String(text) = &slot.value else {
            let what = described(&slot.value);
            return Err(Error::new(format!("an IP address is {what}, not a text")));
        };
        let address = text.lossy();
        found.push(
            address
                .parse()
                .map_err(|_| Error::new(format!("`{address}` is not an IP address")))?,
        );
    }
    Ok(found)
}

fn names(call: &mut Call<'_>, list: &List) -> Result<Vec<Text>> {
    let mut found = Vec::new();
    call.spend(list.len())?;
    for slot in list.slots() {
        call.note(slot);
        match &slot.value {
            Value::String(_) => found.push(to_text(call, &slot.value)?),
            other => {
                let what = described(other);
                return Err(Error::new(format!("an alternative name is {what}, not a text")));
            }
        }
    }
    if let Some(name) = found.iter().find(|name| !name.is_ascii()) {
        return Err(Error::new(format!(
            "the alternative name `{name}` holds more than ASCII"
        )));
    }
    Ok(found)
}

/// The key of an argument, or a new one where the function takes none.
fn key_of(call: &mut Call<'_>, arguments: &Arguments, index: usize) -> Result<PrivateKey> {
    if arguments.len() > index {
        PrivateKey::read(call, &arguments.str(index))
    } else {
        PrivateKey::generate(call, Kind::Rsa(2048))
    }
}

fn gen_ca(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let key = key_of(call, &arguments, 2)?;
    let subject = Subject {
        common_name: arguments.text(0),
        addresses: Vec::new(),
        names: Vec::new(),
        days: arguments.int(1),
        is_authority: true,
    };
    let issuer = Issuer::itself(&subject, &key);
    issue(call, &subject, &key, &issuer)
}

fn gen_self_signed(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let subject = Subject::of(call, &arguments)?;
    let key = key_of(call, &arguments, 4)?;
    let issuer = Issuer::itself(&subject, &key);
    issue(call, &subject, &key, &issuer)
}

fn gen_signed(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let subject = Subject::of(call, &arguments)?;
    let authority: &Certificate = arguments
        .get(4)
        .as_object()
        .ok_or_else(|| Error::new("the authority is not a certificate, which `genCA` makes"))?;
    let cert = authority.cert.lossy();
    let (name, key_id) = read_pem(&cert)
        .and_then(|(_, bytes)| read_subject(&bytes))
        .ok_or_else(|| Error::new("the certificate of the authority cannot be read"))?;
    let signer = PrivateKey::read(call, &authority.key.lossy())?;
    let key = key_of(call, &arguments, 5)?;
    let issuer = Issuer {
        name,
        key_id,
        key: &signer,
    };
    issue(call, &subject, &key, &issuer)
}

/// A certificate and a key in base64 of PEM, taken as they are once they can be read.
fn build_custom(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let decoded = |index: usize, what: &str| {
        let bytes = decode_base64(&arguments.text(index))
            .map_err(|place| Error::new(format!("the {what} is not base64, from byte {place} on")))?;
        Ok::<_, Error>(Text::from(bytes))
    };
    call.spend(arguments.text(0).len() + arguments.text(1).len())?;
    let cert = decoded(0, "certificate")?;
    let key = decoded(1, "private key")?;
    read_pem(&cert.lossy())
        .and_then(|(_, bytes)| read_subject(&bytes))
        .ok_or_else(|| Error::new("the certificate is not a PEM block of a certificate"))?;
    PrivateKey::read(call, &key.lossy())?;
    Ok(Value::object(Certificate { cert, key }))
}

/// Who signs a certificate.
struct Issuer<'k> {
    /// The name, in DER.
    name: Vec<u8>,
    /// What names its key, where its certificate says so.
    key_id: Option<Vec<u8>>,
    key: &'k PrivateKey,
}

impl<'k> Issuer<'k> {
    fn itself(subject: &Subject, key: &'k PrivateKey) -> Self {
        Issuer {
            name: name(&subject.common_name),
            key_id: None,
            key,
        }
    }
}

/// A name of a common name alone; of none where it is empty.
fn name(common_name: &Text) -> Vec<u8> {
    if common_name.is_empty() {
        return element(SEQUENCE, &[]);
    }
    let is_printable = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
    let tag = if common_name.iter().all(is_printable) {
        PRINTABLE_STRING
    } else {
        UTF8_STRING
    };
    // 2.5.4.3
    let part = [
        element(OBJECT_ID, &[0x55, 4, 3]),
        element(tag, common_name.lossy().as_bytes()),
    ];
    constructed(SEQUENCE, &[constructed(SET, &[constructed(SEQUENCE, &part)])])
}

/// What names a key: the beginning of a sum of it.
fn key_id(bits: &[u8]) -> Vec<u8> {
    Sha256::digest(bits).iter().take(20).copied().collect()
}

/// A moment: with two digits of the year as long as these tell it.
fn moment(time: &Time) -> Vec<u8> {
    let two_digits = (1950..2050).contains(&time.civil().year);
    let (tag, layout): (u8, &[u8]) = if two_digits {
        (0x17, b"060102150405Z")
    } else {
        (0x18, b"20060102150405Z")
    };
    element(tag, &time.format(layout))
}

/// An extension by the last number of 2.5.29 and its content.
fn extension(number: u8, critical: bool, content: &[u8]) -> Vec<u8> {
    let mut parts = vec![element(OBJECT_ID, &[0x55, 29, number])];
    if critical {
        parts.push(element(0x01, &[0xff]));
    }
    parts.push(element(OCTET_STRING, content));
    constructed(SEQUENCE, &parts)
}

fn extensions(subject: &Subject, key: &PrivateKey, issuer: &Issuer<'_>) -> Vec<u8> {
    // Digital signature and key encipherment; an authority signs certificates, too.
    let usage: &[u8] = if subject.is_authority {
        &[2, 0xa4]
    } else {
        &[5, 0xa0]
    };
    // 1.3.6.1.5.5.7.3: servers and clients.
    let purposes = [1, 2].map(|purpose| element(OBJECT_ID, &[0x2b, 6, 1, 5, 5, 7, 3, purpose]));
    let basic = if subject.is_authority {
        element(0x01, &[0xff])
    } else {
        Vec::new()
    };
    let mut all = vec![
        extension(15, true, &element(BIT_STRING, usage)),
        extension(37, false, &constructed(SEQUENCE, &purposes)),
        extension(19, true, &element(SEQUENCE, &basic)),
    ];
    if subject.is_authority {
        all.push(extension(
            14,
            false,
            &element(OCTET_STRING, &key_id(&key.public_bits())),
        ));
    }
    if let Some(id) = &issuer.key_id {
        all.push(extension(35, false, &constructed(SEQUENCE, &[element(0x80, id)])));
    }
    let mut others: Vec<Vec<u8>> = subject.names.iter().map(|name| element(0x82, name)).collect();
    others.extend(subject.addresses.iter().map(|address| match address {
        IpAddr::V4(address) => element(0x87, &address.octets()),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => element(0x87, &address.octets()),
            None => element(0x87, &address.octets()),
        },
    }));
    if !others.is_empty() {
        // Without a subject, the other names are all there is.
        let critical = subject.common_name.is_empty();
        all.push(extension(17, critical, &constructed(SEQUENCE, &others)));
    }
    constructed(0xa3, &[constructed(SEQUENCE, &all)])
}

fn issue(call: &mut Call<'_>, subject: &Subject, key: &PrivateKey, issuer: &Issuer<'_>) -> Result<Value> {
    let mut serial = [0; 16];
    call.host.random(&mut serial)?;
    let from = Time::of_system(call.host.now());
    let until = from.plus(i128::from(subject.days) * 86_400_000_000_000);
    if !(0..=9999).contains(&until.civil().year) {
        return Err(Error::new(format!("{} days are too many", subject.days)));
    }
    let parts = [
        constructed(0xa0, &[integer(&[2])]),
        integer(&serial),
        issuer.key.signature_algorithm(),
        issuer.name.clone(),
        constructed(SEQUENCE, &[moment(&from), moment(&until)]),
        name(&subject.common_name),
        key.public_info(),
        extensions(subject, key, issuer),
    ];
    let signed = constructed(SEQUENCE, &parts);
    let signature = issuer.key.sign(call, &signed)?;
    let whole = [signed, issuer.key.signature_algorithm(), bit_string(&signature)];
    Ok(Value::object(Certificate {
        cert: Text::from(pem("CERTIFICATE", &constructed(SEQUENCE, &whole))),
        key: Text::from(key.pem()),
    }))
}

/// The name of a certificate's subject in DER, and what names its key.
fn read_subject(bytes: &[u8]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let mut elements = Elements(Elements(bytes).expect(SEQUENCE)?);
    let mut parts = Elements(elements.expect(SEQUENCE)?);
    let mut next = parts.next()?;
    // The version, which old certificates leave out.
    if next.tag == 0xa0 {
        next = parts.next()?;
    }
    if next.tag != INTEGER {
        return None;
    }
    parts.expect(SEQUENCE)?;
    parts.expect(SEQUENCE)?;
    parts.expect(SEQUENCE)?;
    let subject = parts.next().filter(|element| element.tag == SEQUENCE)?;
    let public_info = parts.next()?;
    keys::bits_of(public_info.whole)?;
    let extensions = parts
        .find(|element| element.tag == 0xa3)
        .map(|element| element.content);
    let id = extensions.and_then(|extensions| {
        Elements(Elements(extensions).expect(SEQUENCE)?).find_map(|extension| {
            let mut parts = Elements(extension.content);
            let is_id = parts.expect(OBJECT_ID)? == [0x55, 29, 14];
            let content = parts.find(|part| part.tag == OCTET_STRING)?.content;
            is_id.then(|| Elements(content).expect(OCTET_STRING).map(<[u8]>::to_vec))?
        })
    });
    Some((subject.whole.to_vec(), id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn part(certificate: &Value, name: &str) -> String {
        let Value::Object(object) = certificate else {
            panic!("{certificate:?}")
        };
        object
            .field(name)
            .unwrap()
            .as_text()
            .unwrap()
            .lossy()
            .into_owned()
    }

    fn key(kind: &str) -> Value {
        call("genPrivateKey", [Value::from(kind)]).unwrap()
    }

    fn texts<const N: usize>(texts: [&str; N]) -> Value {
        List::from_values(texts.map(Value::from)).into()
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for kind in ["ecdsa", "ed25519"] {
            let written = key(kind);
            let ca = call("genCAWithKey", ["ca".into(), Value::Int(10), written.clone()]).unwrap();
            assert_eq!(part(&ca, "Key"), written.as_text().unwrap().lossy());
        }
        assert!(key("x").as_text().unwrap().is("Unknown type x"));
        assert!(call("genPrivateKey", ["dsa".into()]).is_err());
    }

    #[test]
    fn authorities_sign_certificates() {
        let ca = call("genCAWithKey", ["The CA".into(), Value::Int(10), key("ecdsa")]).unwrap();
        let arguments = [
            "svc".into(),
            texts(["10.0.0.1", "::1"]),
            texts(["a.example.com"]),
            Value::Int(365),
            ca.clone(),
            key("ed25519"),
        ];
        let signed = call("genSignedCertWithKey", arguments).unwrap();
        let (label, bytes) = {
            let text = part(&signed, "Cert");
            let (label, bytes) = read_pem(&text).unwrap();
            (label.to_owned(), bytes)
        };
        assert_eq!(label, "CERTIFICATE");
        let holds = |wanted: &[u8]| memchr::memmem::find(&bytes, wanted).is_some();
        assert!(
            holds(b"a.example.com") && holds(b"The CA") && holds(b"svc") && holds(&[0x87, 4, 10, 0, 0, 1])
        );
        // It names the key of the authority as that does itself.
        let (_, ca_bytes) = {
            let text = part(&ca, "Cert");
            let (label, bytes) = read_pem(&text).unwrap();
            (label.to_owned(), bytes)
        };
        let (_, id) = read_subject(&ca_bytes).unwrap();
        assert!(holds(&id.unwrap()));
        let encoded = |name: &str| {
            Value::from(super::super::encoding::encode_base64(
                part(&signed, name).as_bytes(),
            ))
        };
        let custom = call("buildCustomCert", [encoded("Cert"), encoded("Key")]).unwrap();
        assert_eq!(part(&custom, "Cert"), part(&signed, "Cert"));
        assert!(call("buildCustomCert", [encoded("Key"), encoded("Key")]).is_err());
    }

    #[test]
    fn refuses_what_is_not_an_address_or_name() {
        let make = |addresses: Value, names: Value| {
            let arguments = ["svc".into(), addresses, names, Value::Int(1), key("ed25519")];
            call("genSelfSignedCertWithKey", arguments)
        };
        assert!(make(texts([]), texts(["a"])).is_ok());
        assert!(make(texts(["300.0.0.1"]), texts([])).is_err());
        assert!(make(texts([]), List::from_values([Value::Int(1)]).into()).is_err());
    }
}
