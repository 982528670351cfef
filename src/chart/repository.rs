//! Where a dependency comes from, by its `repository` in Chart.yaml.

/// A dependency's repository. The kinds that need the network are told apart here and fetched elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repository<'r> {
    /// None is given: the chart has to be in charts/.
    None,
    /// `file://PATH`: a folder, from the chart that names it.
    File(&'r str),
    /// `http://` or `https://`: a repository with an index.
    Http(&'r str),
    /// `oci://`: a registry.
    Oci(&'r str),
    /// `@NAME` or `alias:NAME`: a repository that `helm repo add` knows by name.
    Named(&'r str),
    /// Anything else.
    Unknown(&'r str),
}

impl<'r> Repository<'r> {
    /// Tells the kinds apart; an empty text is none.
    pub fn parse(text: &'r str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            Repository::None
        } else if let Some(path) = text.strip_prefix("file://") {
            Repository::File(path)
        } else if text.starts_with("http://") || text.starts_with("https://") {
            Repository::Http(text)
        } else if let Some(reference) = text.strip_prefix("oci://") {
            Repository::Oci(reference)
        } else if let Some(name) = text.strip_prefix('@').or_else(|| text.strip_prefix("alias:")) {
            Repository::Named(name)
        } else {
            Repository::Unknown(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Repository;

    #[test]
    fn tells_the_kinds_apart() {
        assert_eq!(Repository::parse(""), Repository::None);
        assert_eq!(
            Repository::parse("file://../common"),
            Repository::File("../common")
        );
        assert_eq!(
            Repository::parse("https://example.com/c"),
            Repository::Http("https://example.com/c")
        );
        assert_eq!(
            Repository::parse("oci://example.com/c"),
            Repository::Oci("example.com/c")
        );
        assert_eq!(Repository::parse("@stable"), Repository::Named("stable"));
        assert_eq!(Repository::parse("alias:stable"), Repository::Named("stable"));
        assert_eq!(Repository::parse("ftp://x"), Repository::Unknown("ftp://x"));
    }
}
