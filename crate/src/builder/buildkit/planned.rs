//! The plan of the last build, kept for the next one: an edit of files changes no op, so that only the decisions
//! are made again.

use std::rc::Rc;

use super::{
    Options,
    lower::{Plan, lower},
};
use crate::{builder::Input, image::BaseImage, map::Map};

/// A plan with all that it was made of.
#[derive(Debug)]
pub(super) struct Planned {
    text: String,
    images: Map<String, BaseImage>,
    contexts: Vec<String>,
    arguments: Map<String, String>,
    secrets: Vec<String>,
    ssh: bool,
    target: Option<String>,
    platform: String,
    options: Options,
    plan: Rc<Plan>,
}

impl Planned {
    /// The plan of a build: the last one if nothing differs that it was made of.
    pub(super) fn plan(last: &mut Option<Rc<Self>>, input: &Input<'_>, options: &Options) -> Rc<Plan> {
        if let Some(known) = last.as_ref().filter(|known| known.is_of(input, options)) {
            return Rc::clone(&known.plan);
        }
        let none = Vec::new();
        let before = last.as_ref().map_or(&none, |known| &known.plan.texts);
        let plan = Rc::new(lower(input, options, before));
        *last = Some(Rc::new(Self {
            text: input.dockerfile.text.clone(),
            images: input.base_images.clone(),
            contexts: input.build_contexts.keys().cloned().collect(),
            arguments: input.build_args.clone(),
            secrets: input.secrets.to_vec(),
            ssh: input.ssh,
            target: input.target.map(str::to_owned),
            platform: input.platform.to_owned(),
            options: options.clone(),
            plan: Rc::clone(&plan),
        }));
        plan
    }

    fn is_of(&self, input: &Input<'_>, options: &Options) -> bool {
        self.text == input.dockerfile.text
            && self.images == *input.base_images
            && self.contexts.iter().eq(input.build_contexts.keys())
            && self.arguments == *input.build_args
            && self.secrets == input.secrets
            && self.ssh == input.ssh
            && self.target.as_deref() == input.target
            && self.platform == input.platform
            && self.options == *options
    }
}
