//! Which steps of a Docker build run again after an edit, and why.
//!
//! | module | what it holds |
//! |---|---|
//! | [`map`] | an ordered map and set |
//! | [`document`] | values from outside |
//! | [`text`] | spans, lines, edits |
//! | [`diagnostic`] | what is wrong with a Dockerfile |
//! | [`digest`] | SHA-256 as builders write it |
//! | [`word`] | expansion of variables |
//! | [`dockerfile`] | the language: text to instructions |
//! | [`ignore`] | `.dockerignore` |
//! | [`archive`] | archives as ADD unpacks them |
//! | [`context`] | the file tree and its checksums |
//! | [`image`] | base images |
//! | [`platform`] | `os/architecture/variant` |
//! | [`tool`] | what the programs in a RUN read, write and cost |
//! | [`build`] | stages, arguments, environments |
//! | [`builder`] | BuildKit and the classic builder: steps and cache keys |
//! | [`simulation`] | scenarios replayed against a cache; causes |
//! | [`check`] | BuildKit's own build checks |
//! | [`advice`] | reordering that is proved safe |
//!
//! A module uses only modules above it in this table. Nothing here does I/O, reads a clock or knows JavaScript:
//! the same input gives the same answer everywhere.

#![forbid(unsafe_code)]

pub mod advice;
pub mod archive;
pub mod build;
pub mod builder;
pub mod check;
pub mod context;
pub mod diagnostic;
pub mod digest;
pub mod dockerfile;
pub mod document;
pub mod ignore;
pub mod image;
pub mod map;
pub mod platform;
pub mod simulation;
pub mod text;
pub mod tool;
pub mod word;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
