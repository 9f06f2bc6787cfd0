//! FROM: where a stage begins. Nothing is made and nothing looked up.

use std::rc::Rc;

use super::{
    build::{Build, Current},
    config::Config,
    contents, platform, reference,
    state::{self, Expander, State},
    store::Parent,
};
use crate::{
    builder::{
        Variable,
        buildkit::{reference::image as known_image, snapshot::Snapshot},
    },
    digest::Digest,
    dockerfile::instruction::From,
    image::BaseImage,
};

impl<'a> Build<'_, 'a> {
    /// FROM: nothing is looked up.
    pub(super) fn begin(&mut self, from: &From, name: Option<&str>) -> Result<Current<'a>, String> {
        if let Some(taken) =
            name.filter(|name| self.finished.iter().any(|stage| stage.name.as_deref() == Some(name)))
        {
            return Err([taken, " stage name already used"].concat());
        }
        let expander = Expander::of_globals(&self.arguments, self.escape, self.rules);
        if let Some(platform) = from.platform.as_deref().filter(|platform| !platform.is_empty()) {
            let unexpanded =
                |reason: String| ["failed to process arguments for platform : ", &reason].concat();
            let platform = expander.word(platform).map_err(unexpanded)?;
            platform::check(&platform, self.rules)?;
        }
        let reference = expander.word(&from.image.text)?;
        if reference.is_empty() {
            return Err(["base name (", &from.image.text, ") should not be blank"].concat());
        }
        self.arguments.begin_stage();
        let lower = reference.to_lowercase();
        if let Some(stage) = self.finished.iter().find(|stage| stage.name.as_ref() == Some(&lower)) {
            return Ok(Current {
                state: self.state(stage.config.clone(), Rc::clone(&stage.variables)),
                image: stage.image.clone(),
                contents: stage.contents.clone(),
                exact: stage.exact,
                image_config: stage.config.clone(),
                base: stage.base.clone(),
                last_step: stage.last_step,
                fresh: stage.last_step.is_none(),
            });
        }
        reference::check(&reference, self.rules)?;
        let base = if reference == "scratch" { None } else { Some(self.image_id(&reference)) };
        let unknown = BaseImage::default();
        let image = base.and_then(|_| self.image(&reference)).unwrap_or(&unknown);
        let config = Config::of_base(image);
        let files = match base {
            Some((id, _)) => contents::of_image(Some(image), id),
            None => Snapshot::known(Rc::default()),
        };
        let variables = state::variables(&config.env, image.env.as_ref().map_or(0, Vec::len));
        Ok(Current {
            state: self.state(config.clone(), Rc::new(variables)),
            image: Parent { id: base.map(|(id, _)| id), perhaps: Vec::new() },
            contents: files,
            exact: base.is_none_or(|(_, own)| own),
            image_config: config,
            base: base.map(|(id, _)| (reference, id.to_string())),
            last_step: None,
            fresh: true,
        })
    }

    fn state(&self, config: Config, variables: Rc<Vec<Variable>>) -> State<'a> {
        State { config, variables, arguments: self.arguments.clone(), cmd_set: false, rules: self.rules }
    }

    /// What is known of an image that is not built here.
    pub(super) fn image(&self, reference: &str) -> Option<&'a BaseImage> {
        known_image(self.input.base_images, reference)
    }

    /// The ID of an image that is not built here, and whether it is the daemon's own: the digest of its config.
    pub(super) fn image_id(&self, reference: &str) -> (Digest, bool) {
        let base = self.image(reference);
        if let Some(id) = base.and_then(|base| base.config_digest.as_deref()).and_then(Digest::parse) {
            return (id, true);
        }
        let stand_in = base.and_then(|base| base.digest.as_deref()).unwrap_or(reference);
        (Digest::of(["image config of ", stand_in].concat().as_bytes()), false)
    }
}
