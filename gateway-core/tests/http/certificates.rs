//! Roots that the system does not have.

use gateway_core::http::HttpClient;
use gateway_core::messenger::ErrorKind;

use crate::options;

const ROOT: &[u8] = include_bytes!("root.pem");

#[test]
fn a_root_is_taken_and_what_is_none_is_refused() {
    let with = |pem: &[u8]| {
        let mut options = options("https://localhost");
        options.extra_root_certificates = vec![ROOT.to_vec(), pem.to_vec()];
        HttpClient::new(options).map(drop)
    };
    with(ROOT).expect("it is a root");
    with(&ROOT.repeat(2)).expect("a chain in one text");
    let begins = b"-----BEGIN CERTIFICATE-----\n";
    let ends = b"\n-----END CERTIFICATE-----\n";
    let wrapped = |inside: &[u8]| [begins, inside, ends].concat();
    for bad in [b"".to_vec(), b"no".to_vec(), wrapped(b"AAAA"), wrapped(b"*"), begins.to_vec()] {
        let error = with(&bad).expect_err("it is none");
        let field = Some("extra_root_certificates".to_owned());
        assert_eq!(error.kind(), &ErrorKind::Invalid { field }, "{error}");
    }
}
