//! The scanner reads what the program itself writes.

use super::scanner::compare;
use super::*;
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline::{self, Request};

#[test]
fn rendered_manifests_need_no_crate() {
    for env in [None, Some("dev"), Some("staging"), Some("prod")] {
        let request = Request {
            env: env.map(str::to_owned),
            ..Request::default()
        };
        let prepared = pipeline::prepare(&request).unwrap();
        let manifests =
            pipeline::render(&prepared, Selection::default(), &ShowOnly::new(&[]).unwrap()).unwrap();
        assert!(manifests.objects.len() > 20);
        let mut stream = String::new();
        for object in &manifests.objects {
            for text in [write_helm(&object.node), write(&object.node)] {
                assert!(compare(&text, Limits::default()), "the scanner gave up on {text}");
                stream.push_str("---\n");
                stream.push_str(&text);
            }
        }
        assert!(compare(&stream, Limits::default()));
    }
}
