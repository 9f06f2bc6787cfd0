//! What happens on a panic. A build for people has no code for it: the engine traps, and the caller throws the
//! instance away. With the feature `debug` the message and the place go to the console first.

/// Sets the hook up when the module starts.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    web_sys::console::warn_1(
        &"layerwise: built for debugging, larger and slower than the published engine".into(),
    );
}
