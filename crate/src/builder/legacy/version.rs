//! What changed between Docker versions, as questions about a version.
//!
//! Only major and minor version are known; the last patch release of a line stands for all of them. Boundaries
//! come from Docker's tags (`builder/dockerfile`, `image/cache/compare.go`, the vendored `frontend/dockerfile`).

use super::write::Unpacks;
use crate::{builder::LegacyVersion, word::Modifiers};

/// The rules of one daemon. What the client decides, the checksums of context files, is in
/// [`LegacyOptions`](crate::context::LegacyOptions).
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    daemon: (u16, u16),
}

impl Rules {
    pub(super) fn new(version: LegacyVersion) -> Self {
        Self { daemon: version.daemon }
    }

    /// Whether the daemon compares all fields of the container config (the security fix in 23.0.10, 24.0.9 and
    /// 25.0.2), and takes only images that it built as candidates of a `FROM scratch` stage.
    pub(super) fn compares_all(self) -> bool {
        self.daemon >= (23, 0)
    }

    /// Whether the parser knows heredocs, `--link`, `RUN --network`, and suggests names in its errors.
    pub(super) fn current_parser(self) -> bool {
        self.daemon >= (23, 0)
    }

    /// Whether the parser knows `ADD --checksum` and `--keep-git-dir`, and takes `--retries=0`.
    pub(super) fn knows_checksum(self) -> bool {
        self.daemon >= (24, 0)
    }

    /// Whether `HEALTHCHECK` has a start interval.
    pub(super) fn start_interval(self) -> bool {
        self.daemon >= (25, 0)
    }

    /// Whether a blank stands between `--chown=…` and the checksum.
    pub(super) fn chown_blank(self) -> bool {
        self.daemon >= (25, 0)
    }

    /// Which forms of `${…}` are known.
    pub(super) fn modifiers(self) -> Modifiers {
        match self.daemon {
            (..25, _) => Modifiers::Colon,
            (25, _) => Modifiers::Plain,
            _ => Modifiers::Patterns,
        }
    }

    /// Whether errors of EXPOSE begin in lower case.
    pub(super) fn lower_case_ports(self) -> bool {
        self.daemon >= (25, 0)
    }

    /// Whether an unknown target is called a target stage that could not be found.
    pub(super) fn target_stage(self) -> bool {
        self.daemon >= (25, 0)
    }

    /// Whether an absolute WORKDIR is cleaned before it is used.
    pub(super) fn cleans_workdir(self) -> bool {
        self.daemon >= (26, 1)
    }

    /// Whether errors name flags with their dashes.
    pub(super) fn dashed_flags(self) -> bool {
        self.daemon >= (27, 0)
    }

    /// Whether a platform may begin with `os(version)`.
    pub(super) fn platform_versions(self) -> bool {
        self.daemon >= (27, 0)
    }

    /// Whether the other parts of a platform may have dots.
    pub(super) fn platform_dots(self) -> bool {
        self.daemon >= (28, 0)
    }

    /// Whether nothing may follow a JSON array, and `RUN --device` is known.
    pub(super) fn strict_json(self) -> bool {
        self.daemon >= (28, 0)
    }

    /// How ADD unpacks archives.
    pub(super) fn unpacks(self) -> Unpacks {
        Unpacks {
            apart: self.daemon < (24, 0),
            capital: self.daemon < (28, 1),
            zstandard: self.daemon >= (23, 0),
        }
    }

    /// Whether `ALL_PROXY` and `all_proxy` are predefined.
    pub(super) fn all_proxy(self) -> bool {
        self.daemon >= (23, 0)
    }
}
