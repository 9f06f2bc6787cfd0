//! The handle for somebody who edits: a scenario that stays in here, so that a keystroke sends only its text.

use layerwise::{
    builder::{Builder, Output},
    image::BaseImage,
    map::Map,
    simulation::{FileEntry, Scenario, Workspace as Work},
};
use wasm_bindgen::prelude::*;

use crate::{
    advice,
    value::{from_js, refused, to_js},
    wire,
};

/// A scenario that is worked on.
#[wasm_bindgen]
pub struct Workspace(Work);

#[wasm_bindgen]
impl Workspace {
    /// Opens a scenario, or an empty one.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: JsValue) -> Result<Workspace, JsValue> {
        if scenario.is_undefined() || scenario.is_null() {
            return Ok(Self(Work::new()));
        }
        let scenario: Scenario = from_js(scenario)?;
        Work::open(&scenario).map(Self).map_err(refused)
    }

    /// Replaces the Dockerfile's text.
    #[wasm_bindgen(js_name = setDockerfile)]
    pub fn set_dockerfile(&mut self, text: &str) -> Result<(), JsValue> {
        self.0.set_dockerfile(text).map_err(refused)
    }

    /// Makes or replaces a file, folder or link.
    pub fn write(&mut self, path: &str, entry: JsValue) -> Result<(), JsValue> {
        let entry: FileEntry = from_js(entry)?;
        self.0.write(path, entry).map_err(refused)
    }

    /// Makes or replaces a file by its bytes.
    #[wasm_bindgen(js_name = writeBytes)]
    pub fn write_bytes(&mut self, path: &str, bytes: &[u8], mode: u32) -> Result<(), JsValue> {
        self.0.write_bytes(path, bytes, mode).map_err(refused)
    }

    /// Removes a file or folder; says whether it was there.
    pub fn remove(&mut self, path: &str) -> Result<bool, JsValue> {
        self.0.remove(path).map_err(refused)
    }

    /// Renames a file or folder.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), JsValue> {
        self.0.rename(from, to).map_err(refused)
    }

    /// Changes permission bits.
    pub fn chmod(&mut self, path: &str, mode: u32) -> Result<(), JsValue> {
        self.0.chmod(path, mode).map_err(refused)
    }

    /// Changes a modification time.
    pub fn touch(&mut self, path: &str) -> Result<(), JsValue> {
        self.0.touch(path).map_err(refused)
    }

    /// Chooses the builder.
    #[wasm_bindgen(js_name = setBuilder)]
    pub fn set_builder(&mut self, builder: JsValue) -> Result<(), JsValue> {
        let builder: Builder = from_js(builder)?;
        self.0.set_builder(builder);
        Ok(())
    }

    /// Chooses the stage to build.
    #[wasm_bindgen(js_name = setTarget)]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "JavaScript hands over strings, and keeps none of them"
    )]
    pub fn set_target(&mut self, target: Option<String>) {
        self.0.set_target(target.as_deref());
    }

    /// Replaces the build arguments.
    #[wasm_bindgen(js_name = setBuildArgs)]
    pub fn set_build_args(&mut self, args: JsValue) -> Result<(), JsValue> {
        let args: Map<String, String> = from_js(args)?;
        self.0.set_build_args(args);
        Ok(())
    }

    /// Adds or replaces a base image.
    #[wasm_bindgen(js_name = setBaseImage)]
    pub fn set_base_image(&mut self, reference: &str, image: JsValue) -> Result<(), JsValue> {
        let image: BaseImage = from_js(image)?;
        self.0.set_base_image(reference, image);
        Ok(())
    }

    /// Says what is known of a RUN's output when it runs again.
    #[wasm_bindgen(js_name = setOutput)]
    pub fn set_output(&mut self, instruction: &str, output: JsValue) -> Result<(), JsValue> {
        let output: Option<Output> = from_js(output)?;
        self.0.set_output(instruction, output);
        Ok(())
    }

    /// Says how many seconds a step takes.
    #[wasm_bindgen(js_name = setCost)]
    pub fn set_cost(&mut self, instruction: &str, seconds: Option<f64>) {
        self.0.set_cost(instruction, seconds);
    }

    /// Builds what is there now, and remembers it.
    pub fn build(&mut self) -> JsValue {
        to_js(&*self.0.build())
    }

    /// What the next build would do.
    pub fn next(&mut self) -> JsValue {
        to_js(&*self.0.next())
    }

    /// All builds done.
    pub fn timeline(&mut self) -> JsValue {
        to_js(&self.0.timeline())
    }

    /// What is wrong with the Dockerfile.
    pub fn diagnostics(&mut self) -> JsValue {
        wire::diagnostics_for(&mut self.0)
    }

    /// The Dockerfile in coloured pieces.
    pub fn tokens(&self) -> JsValue {
        to_js(&wire::tokens(&self.0.state().dockerfile))
    }

    /// Where the ignore file and the steps leave each path.
    pub fn facts(&mut self) -> JsValue {
        to_js(&self.0.facts())
    }

    /// What could be ordered better.
    pub fn advice(&self, options: JsValue) -> Result<JsValue, JsValue> {
        let options = advice::options(options)?;
        Ok(advice::advise(&self.0, options))
    }

    /// Applies advice to the Dockerfile: the moves named, or all safe ones. It is an edit like any other.
    #[wasm_bindgen(js_name = applyAdvice)]
    pub fn apply_advice(&mut self, moves: JsValue) -> Result<(), JsValue> {
        let moves: Option<Vec<String>> = from_js(moves)?;
        let dockerfile = advice::applied(&self.0, moves);
        self.0.set_dockerfile(&dockerfile).map_err(refused)
    }

    /// The scenario as a document.
    pub fn scenario(&self) -> JsValue {
        to_js(&self.0.scenario())
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) -> bool {
        self.0.undo()
    }

    /// Applies the edit again that was taken back last.
    pub fn redo(&mut self) -> bool {
        self.0.redo()
    }

    /// Whether there is an edit to take back.
    #[wasm_bindgen(getter, js_name = canUndo)]
    pub fn can_undo(&self) -> bool {
        self.0.can_undo()
    }

    /// Whether there is an edit to apply again.
    #[wasm_bindgen(getter, js_name = canRedo)]
    pub fn can_redo(&self) -> bool {
        self.0.can_redo()
    }
}
